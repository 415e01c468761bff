import {
  eventSlot,
  frameFlags,
  frameHeader,
  frameKinds,
  maps,
  operations,
  protocolVersions,
  replyHeader,
} from "./constants.js";
import { requestHeader, statuses, structs, wireLimits, type Entry, type Field, type Operation } from "./constants.js";
import { layoutBytes } from "./layout.js";
import { schemaHash } from "./messages.js";

/** The protocol's constants as others read them: tables of docs/wire-protocol.md, CDDL (RFC 8610), a C header. */

type Numbered = Readonly<Record<string, { value: number; doc: string }>>;

/** The generated sections of the page by name, in Markdown. */
export function wireTables(): Record<string, string> {
  const named = (table: Numbered) =>
    markdown(
      ["value", "name", "meaning"],
      Object.entries(table).map(([name, { value, doc }]) => [String(value), `\`${name}\``, doc]),
    );
  return {
    limits: named(wireLimits),
    "frame header": layoutTable(frameHeader),
    "frame kinds": named(frameKinds),
    "frame flags": named(frameFlags),
    "request header": layoutTable(requestHeader),
    "reply header": layoutTable(replyHeader),
    operations: operationTable(),
    statuses: named(statuses),
    layouts: Object.entries(structs)
      .map(([name, fields]) => `**${name}** (${layoutBytes(fields)} bytes)\n\n${layoutTable(fields)}`)
      .join("\n\n"),
    cddl: `\`\`\`cddl\n${wireCddl()}\`\`\``,
    "schema hash": `Schema hash: \`${Buffer.from(schemaHash).toString("hex")}\``,
  };
}

function layoutTable(fields: readonly Field[]): string {
  let offset = 0;
  const rows = fields.map((field) => {
    const row = [String(offset), `\`${field.name}\``, field.type, field.doc];
    offset += layoutBytes([field]);
    return row;
  });
  return markdown(["offset", "field", "type", "meaning"], rows);
}

function operationTable(): string {
  const body = (name?: string, data?: string) =>
    [name ? `\`${name}\`` : "", data ?? ""].filter((part) => part !== "").join(", then ");
  const rows = Object.entries(operations as Record<string, Operation>).map(([name, operation]) => [
    String(operation.value),
    `\`${name}\``,
    operation.access,
    body(operation.request, operation.requestData) || "–",
    body(operation.reply, operation.replyData) || "–",
    operation.doc,
  ]);
  return markdown(["value", "name", "access", "request", "reply", "meaning"], rows);
}

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** The CBOR maps in CDDL. */
export function wireCddl(): string {
  return Object.entries(maps)
    .map(([name, entries]) => {
      const lines = (entries as readonly Entry[]).map(
        (entry) => `  ${entry.optional ? "? " : ""}${entry.name}: ${cddlType(entry)}, ; ${entry.doc}`,
      );
      return `${name} = {\n${lines.join("\n")}\n  * tstr => any\n}\n`;
    })
    .join("\n");
}

function cddlType({ type, least = 0, most }: Entry): string {
  switch (type) {
    case "uint":
      return `${least}..${most}`;
    case "text":
      return `tstr .size (${least}..${most})`;
    case "bytes":
      return least === most ? `bstr .size ${most}` : `bstr .size (${least}..${most})`;
    case "uints":
      return `[${least}*${most} uint]`;
    case "bool":
      return "bool";
    case "float":
      return "number";
  }
}

/** nas4cim-wire.h: the same for firmware in C99. */
export function wireHeader(): string {
  const define = (name: string, value: number | string, doc: string) => `#define NAS4CIM_${name} ${value} /* ${doc} */`;
  const table = (prefix: string, entries: Numbered) =>
    Object.entries(entries).map(([name, { value, doc }]) => define(`${prefix}_${upper(name)}`, hex(value), doc));
  const struct = (name: string, fields: readonly Field[]) =>
    [
      `typedef struct {`,
      ...fields.map((field) => `  ${cTypes[field.type]} ${snake(field.name)}; /* ${field.doc} */`),
      `} NAS4CIM_PACKED nas4cim_${snake(name)}_t; /* ${layoutBytes(fields)} bytes */`,
    ].join("\n");
  const keys = Object.entries(maps).map(([name, entries]) =>
    [
      `/* keys of the CBOR map ${name} */`,
      ...(entries as readonly Entry[]).map((entry) =>
        define(`KEY_${upper(name)}_${upper(entry.name)}`, `"${entry.name}"`, `${entry.type}: ${entry.doc}`),
      ),
    ].join("\n"),
  );
  return [
    "/*",
    " * The wire protocol of nas4cim: docs/wire-protocol.md. Written by scripts/make-wire.mjs from src/wire/constants.ts;",
    " * do not edit. Integers are little-endian: on a big-endian machine swap the fields of the structures.",
    " */",
    "#ifndef NAS4CIM_WIRE_H",
    "#define NAS4CIM_WIRE_H",
    "",
    "#include <stdint.h>",
    "",
    "#ifdef __GNUC__",
    "#define NAS4CIM_PACKED __attribute__((packed))",
    "#else",
    "#define NAS4CIM_PACKED /* put #pragma pack(1) around this file */",
    "#endif",
    "",
    define("PROTOCOL_VERSION_LOWEST", protocolVersions[0], "lowest version"),
    define("PROTOCOL_VERSION", protocolVersions[1], "highest version"),
    define("SCHEMA_HASH", `{${[...schemaHash].map((byte) => hex(byte)).join(", ")}}`, "goes into WELCOME"),
    define("EVENT_SLOT", eventSlot, "slot of events"),
    "",
    ...table("LIMIT", wireLimits),
    "",
    ...table("KIND", frameKinds),
    "",
    ...table("FLAG", frameFlags),
    "",
    ...table("OPERATION", operations),
    "",
    ...table("STATUS", statuses),
    "",
    struct("frame_header", frameHeader),
    struct("request_header", requestHeader),
    struct("reply_header", replyHeader),
    ...Object.entries(structs).map(([name, fields]) => struct(name, fields)),
    "",
    ...keys,
    "",
    "#endif",
    "",
  ].join("\n");
}

const cTypes = { u8: "uint8_t", u16: "uint16_t", u32: "uint32_t", i16: "int16_t" } as const;

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}

function snake(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function upper(name: string): string {
  return snake(name).toUpperCase();
}
