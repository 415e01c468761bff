/*
 * The wire protocol of nas4cim: docs/wire-protocol.md. Written by scripts/make-wire.mjs from src/wire/constants.ts;
 * do not edit. Integers are little-endian: on a big-endian machine swap the fields of the structures.
 */
#ifndef NAS4CIM_WIRE_H
#define NAS4CIM_WIRE_H

#include <stdint.h>

#ifdef __GNUC__
#define NAS4CIM_PACKED __attribute__((packed))
#else
#define NAS4CIM_PACKED /* put #pragma pack(1) around this file */
#endif

#define NAS4CIM_PROTOCOL_VERSION_LOWEST 1 /* lowest version */
#define NAS4CIM_PROTOCOL_VERSION 1 /* highest version */
#define NAS4CIM_SCHEMA_HASH {0x96, 0xf8, 0xa3, 0xde, 0x11, 0x1b, 0x2b, 0x48} /* goes into WELCOME */
#define NAS4CIM_EVENT_SLOT 255 /* slot of events */

#define NAS4CIM_LIMIT_HEADER_BYTES 0x10 /* a frame's header */
#define NAS4CIM_LIMIT_CRC_BYTES 0x4 /* CRC-32C behind header and payload */
#define NAS4CIM_LIMIT_FRAME_COST 0x14 /* header and CRC: what a frame costs of the credit beside its payload */
#define NAS4CIM_LIMIT_GREETING_PAYLOAD 0x200 /* largest payload before both sides know each other's limits */
#define NAS4CIM_LIMIT_LEAST_PAYLOAD 0x40 /* smallest maxPayload that a side may announce */
#define NAS4CIM_LIMIT_MOST_PAYLOAD 0x4000 /* largest maxPayload that a side may announce */
#define NAS4CIM_LIMIT_MOST_MESSAGE 0x100000 /* largest maxMessage that a side may announce */
#define NAS4CIM_LIMIT_MOST_SLOTS 0x40 /* largest number of slots */
#define NAS4CIM_LIMIT_MOST_FRAMES_IN_FLIGHT 0x400 /* frames sent and not acknowledged, whatever the credit says */
#define NAS4CIM_LIMIT_MESSAGE_HEADER_BYTES 0x8 /* header of a request, a reply or an event */
#define NAS4CIM_LIMIT_MOST_CBOR 0x1000 /* largest CBOR item */

#define NAS4CIM_KIND_DATA 0x1 /* numbered; a message or a piece of one */
#define NAS4CIM_KIND_ACK 0x2 /* acknowledgement and credit without data; no payload */
#define NAS4CIM_KIND_NAK 0x3 /* sequence numbers that are missing: pairs of u16 first, u16 count */
#define NAS4CIM_KIND_HELLO 0x4 /* the host begins a link; CBOR `hello` */
#define NAS4CIM_KIND_WELCOME 0x5 /* the board's answer; CBOR `welcome` */
#define NAS4CIM_KIND_PING 0x6 /* asks for a PONG with the same payload (at most 16 bytes) */
#define NAS4CIM_KIND_PONG 0x7 /* answer to PING */
#define NAS4CIM_KIND_STOP 0x8 /* emergency stop: no pulse after it, in no order with anything else; no payload */
#define NAS4CIM_KIND_STOPPED 0x9 /* the emergency stop has been obeyed */
#define NAS4CIM_KIND_NO_LINK 0xa /* from a board that has no link of this epoch, to a frame that wants one: greet again; no payload */

#define NAS4CIM_FLAG_MORE 0x1 /* the message goes on in the next DATA frame */

#define NAS4CIM_OPERATION_CAPABILITIES 0x1 /* what the board is and can do */
#define NAS4CIM_OPERATION_STATUS 0x2 /* how the board is */
#define NAS4CIM_OPERATION_NOISE_KEY 0x3 /* keys simulated noise; another key than before forgets all tiles. Boards without keyed noise refuse it */
#define NAS4CIM_OPERATION_CONFIGURE 0x4 /* sets an array's ADC step for all later products */
#define NAS4CIM_OPERATION_PROGRAM 0x5 /* programs a tile into an array with write-verify */
#define NAS4CIM_OPERATION_ADOPT 0x6 /* declares, without a pulse, what an array holds: after a restart of the board that kept its cells */
#define NAS4CIM_OPERATION_READBACK 0x7 /* reads the cells of an array's tile */
#define NAS4CIM_OPERATION_MULTIPLY 0x8 /* a batch of matrix-vector products */
#define NAS4CIM_OPERATION_RELEASE 0x9 /* ends an emergency stop */
#define NAS4CIM_OPERATION_EVENT 0xa /* from the board, unasked */

#define NAS4CIM_STATUS_OK 0x0 /* done */
#define NAS4CIM_STATUS_BUSY 0x1 /* the very request is still running: ask again with the same sequence */
#define NAS4CIM_STATUS_MISORDERED 0x2 /* the sequence is neither the slot's last one nor the next */
#define NAS4CIM_STATUS_FALSE_RETRY 0x3 /* the slot's last sequence, but another request */
#define NAS4CIM_STATUS_BAD_REQUEST 0x4 /* unknown operation, or a body that breaks its layout */
#define NAS4CIM_STATUS_RANGE 0x5 /* a value outside the capabilities */
#define NAS4CIM_STATUS_NOT_PROGRAMMED 0x6 /* the array holds no tile */
#define NAS4CIM_STATUS_LIMIT 0x7 /* a write beyond the board's own limits; no pulse was given */
#define NAS4CIM_STATUS_STOPPED 0x8 /* an emergency stop holds */
#define NAS4CIM_STATUS_BROWN_OUT 0x9 /* the supply failed while writing: some cells were written */
#define NAS4CIM_STATUS_MEMORY 0xa /* the board has no memory for it; nothing was done */
#define NAS4CIM_STATUS_HARDWARE 0xb /* the macro failed */
#define NAS4CIM_STATUS_UNSUPPORTED 0xc /* the board does not offer it */

typedef struct {
  uint8_t version; /* 1; a frame of another version is discarded */
  uint8_t kind; /* frame kind */
  uint16_t epoch; /* the link it belongs to, chosen by the host's HELLO; other epochs are discarded */
  uint32_t credit; /* absolute limit, modulo 2^32: how much the receiver of this frame may have sent in all since the link began */
  uint16_t sequence; /* number of a DATA frame, from 0 on; in other frames the next one to be sent */
  uint16_t ack; /* next sequence number that the sender of this frame expects */
  uint16_t length; /* bytes of payload */
  uint16_t flags; /* see the flags; a frame with an unknown one is discarded */
} NAS4CIM_PACKED nas4cim_frame_header_t; /* 16 bytes */
typedef struct {
  uint8_t operation; /* operation */
  uint8_t slot; /* slot, 0 … slots − 1 */
  uint16_t reserved; /* 0 */
  uint32_t sequence; /* the slot's own count of requests, from 1 on */
} NAS4CIM_PACKED nas4cim_request_header_t; /* 8 bytes */
typedef struct {
  uint8_t operation; /* operation of the request */
  uint8_t slot; /* slot of the request; 255 in an event */
  uint16_t status; /* status */
  uint32_t sequence; /* sequence of the request; a count in an event */
} NAS4CIM_PACKED nas4cim_reply_header_t; /* 8 bytes */
typedef struct {
  uint32_t seed; /* seed of the run */
} NAS4CIM_PACKED nas4cim_noise_key_t; /* 4 bytes */
typedef struct {
  uint16_t array; /* array, 0 … arrays − 1 */
} NAS4CIM_PACKED nas4cim_array_t; /* 2 bytes */
typedef struct {
  uint16_t array; /* array */
  uint16_t step_levels; /* levels per ADC step, out of `adcStepLevels` */
} NAS4CIM_PACKED nas4cim_configure_t; /* 4 bytes */
typedef struct {
  uint16_t array; /* array */
  uint16_t rows; /* physical rows in use */
  uint16_t columns; /* physical columns in use */
  uint16_t reserved; /* 0 */
  uint32_t tile; /* the tile's number; keys simulated write noise, else 0 */
} NAS4CIM_PACKED nas4cim_tile_t; /* 12 bytes */
typedef struct {
  uint16_t array; /* array */
  uint16_t rows; /* physical rows */
  uint16_t columns; /* physical columns */
  uint16_t max_pulses_per_cell; /* pulses that write-verify may give one cell */
  uint32_t tile; /* the tile's number; keys simulated write noise, else 0 */
  uint16_t max_voltage_mv; /* highest voltage of a pulse, mV */
  uint16_t reserved; /* 0 */
  uint32_t max_pulse_ns; /* longest pulse, ns */
} NAS4CIM_PACKED nas4cim_program_t; /* 20 bytes */
typedef struct {
  uint32_t cells; /* cells written */
  uint32_t cells_out_of_tolerance; /* cells that missed their target */
  uint32_t pulses; /* write pulses given; 2^32 − 1: not counted */
} NAS4CIM_PACKED nas4cim_program_report_t; /* 12 bytes */
typedef struct {
  uint16_t array; /* array */
  uint16_t vectors; /* input vectors */
  uint16_t rows; /* inputs of a vector */
  uint8_t bits; /* bits of an input */
  uint8_t want; /* 0: the code of every conversion; 1: bit planes added with their weights */
  uint32_t first_vector; /* place of the first vector in the run; keys simulated noise, else 0 */
  uint32_t repeat; /* which reading of the same vectors this is; keys simulated noise, else 0 */
} NAS4CIM_PACKED nas4cim_multiply_t; /* 16 bytes */
typedef struct {
  uint16_t vectors; /* vectors */
  uint16_t outputs; /* outputs of a vector and conversion */
  uint8_t width; /* bits of a value */
  uint8_t is_signed; /* 1: values are two's complement */
  uint16_t reserved; /* 0 */
  uint32_t saturated; /* conversions whose code stood at a rail */
} NAS4CIM_PACKED nas4cim_products_t; /* 12 bytes */

/* keys of the CBOR map hello */
#define NAS4CIM_KEY_HELLO_NONCE "nonce" /* bytes: random, new for every link; the answer repeats it */
#define NAS4CIM_KEY_HELLO_SESSION "session" /* bytes: random, one for the life of the host's process */
#define NAS4CIM_KEY_HELLO_VERSIONS "versions" /* uints: lowest and highest protocol version */
#define NAS4CIM_KEY_HELLO_MAX_PAYLOAD "maxPayload" /* uint: largest payload of a frame it takes */
#define NAS4CIM_KEY_HELLO_WINDOW "window" /* uint: first credit that it gives */
#define NAS4CIM_KEY_HELLO_MAX_MESSAGE "maxMessage" /* uint: largest message it takes */
/* keys of the CBOR map welcome */
#define NAS4CIM_KEY_WELCOME_NONCE "nonce" /* bytes: the host's */
#define NAS4CIM_KEY_WELCOME_BOOT "boot" /* bytes: random, new for every start of the board */
#define NAS4CIM_KEY_WELCOME_VERSION "version" /* uint: version from here on; 0: no version in common */
#define NAS4CIM_KEY_WELCOME_VERSIONS "versions" /* uints: lowest and highest protocol version */
#define NAS4CIM_KEY_WELCOME_RESUMED "resumed" /* bool: the board still has the slots of this session */
#define NAS4CIM_KEY_WELCOME_SLOTS "slots" /* uint: number of slots */
#define NAS4CIM_KEY_WELCOME_MAX_PAYLOAD "maxPayload" /* uint: largest payload of a frame it takes */
#define NAS4CIM_KEY_WELCOME_WINDOW "window" /* uint: first credit that it gives */
#define NAS4CIM_KEY_WELCOME_MAX_MESSAGE "maxMessage" /* uint: largest message it takes */
#define NAS4CIM_KEY_WELCOME_SCHEMA "schema" /* bytes: schema hash of its messages */
/* keys of the CBOR map capabilities */
#define NAS4CIM_KEY_CAPABILITIES_MODEL "model" /* text: what kind of board */
#define NAS4CIM_KEY_CAPABILITIES_SERIAL "serial" /* text: which one: its serial number */
#define NAS4CIM_KEY_CAPABILITIES_CHIP "chip" /* text: id of the chip on it */
#define NAS4CIM_KEY_CAPABILITIES_IS_VIRTUAL "isVirtual" /* bool: a simulated chip */
#define NAS4CIM_KEY_CAPABILITIES_FIRMWARE "firmware" /* text: firmware version */
#define NAS4CIM_KEY_CAPABILITIES_FIRMWARE_HASH "firmwareHash" /* bytes: hash of the firmware */
#define NAS4CIM_KEY_CAPABILITIES_ARRAYS "arrays" /* uint: arrays */
#define NAS4CIM_KEY_CAPABILITIES_ARRAY_ROWS "arrayRows" /* uint: word lines of an array */
#define NAS4CIM_KEY_CAPABILITIES_ARRAY_COLUMNS "arrayColumns" /* uint: bit lines of an array */
#define NAS4CIM_KEY_CAPABILITIES_CELL_BITS "cellBits" /* uint: bits of a cell */
#define NAS4CIM_KEY_CAPABILITIES_INPUT_BITS "inputBits" /* uint: widest input */
#define NAS4CIM_KEY_CAPABILITIES_ADC_BITS "adcBits" /* uint: bits of a code */
#define NAS4CIM_KEY_CAPABILITIES_DIFFERENTIAL "differential" /* text: row-pair, column-pair or host (who subtracts) */
#define NAS4CIM_KEY_CAPABILITIES_SHIFT_ADD "shiftAdd" /* bool: adds bit planes itself */
#define NAS4CIM_KEY_CAPABILITIES_ADC_STEP_LEVELS "adcStepLevels" /* uints: levels per ADC step, ascending powers of two */
#define NAS4CIM_KEY_CAPABILITIES_MAX_VECTORS "maxVectors" /* uint: vectors of one request */
#define NAS4CIM_KEY_CAPABILITIES_KEYED_NOISE "keyedNoise" /* bool: noise keyed by seed, tile and vector (simulations) */
#define NAS4CIM_KEY_CAPABILITIES_MAX_VOLTAGE_MV "maxVoltageMv" /* uint: highest voltage of a pulse, mV */
#define NAS4CIM_KEY_CAPABILITIES_MAX_PULSE_NS "maxPulseNs" /* uint: longest pulse, ns */
#define NAS4CIM_KEY_CAPABILITIES_MAX_PULSES_PER_CELL "maxPulsesPerCell" /* uint: most pulses for one cell */
#define NAS4CIM_KEY_CAPABILITIES_PLANE_NS "planeNs" /* uint: longest time of one vector's bit plane, ns */
#define NAS4CIM_KEY_CAPABILITIES_WRITE_CELL_NS "writeCellNs" /* uint: longest time to write-verify one cell, ns */
#define NAS4CIM_KEY_CAPABILITIES_READ_CELL_NS "readCellNs" /* uint: longest time to read one cell, ns */
/* keys of the CBOR map status */
#define NAS4CIM_KEY_STATUS_UPTIME_MS "uptimeMs" /* uint: since the board's start */
#define NAS4CIM_KEY_STATUS_TEMPERATURE_C "temperatureC" /* float: temperature, °C */
#define NAS4CIM_KEY_STATUS_SUPPLY_V "supplyV" /* float: supply, V */
#define NAS4CIM_KEY_STATUS_IS_STOPPED "isStopped" /* bool: an emergency stop holds */
#define NAS4CIM_KEY_STATUS_PULSES "pulses" /* uint: write pulses since start */
#define NAS4CIM_KEY_STATUS_PROGRAMMED "programmed" /* uints: arrays that hold a tile */
#define NAS4CIM_KEY_STATUS_BAD_FRAMES "badFrames" /* uint: damaged frames received */
/* keys of the CBOR map event */
#define NAS4CIM_KEY_EVENT_LEVEL "level" /* text: info, warning or error */
#define NAS4CIM_KEY_EVENT_TEXT "text" /* text: for a person */

#endif
