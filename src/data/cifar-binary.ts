import { NasError } from "../base/errors.js";
import { fetchAgainHint } from "./data-file.js";
import { datasets } from "./dataset-facts.js";

const { height, width, channels, classNames } = datasets["cifar-10"];
const planeBytes = height * width;
/** One record: a label byte, then the red, the green and the blue plane, row by row. */
export const cifarRecordBytes = 1 + channels * planeBytes;

/** The images of one binary batch, channels last. */
export interface CifarRecords {
  count: number;
  /** [count × 32 × 32 × 3] */
  pixels: Uint8Array;
  /** [count], 0 … 9 */
  labels: Uint8Array;
}

/**
 * Reads whole CIFAR-10 records in the official binary layout, turning colour planes into channels-last pixels.
 * `file` is named in errors. Throws NAS_DATA_MALFORMED where the bytes are no whole number of records, at least one,
 * or a label is above 9. Source: "Binary version" on www.cs.toronto.edu/~kriz/cifar.html.
 */
export function parseCifarBatch(bytes: Uint8Array, file: string): CifarRecords {
  const count = Math.floor(bytes.length / cifarRecordBytes);
  if (count === 0 || bytes.length % cifarRecordBytes !== 0) {
    const rest = bytes.length % cifarRecordBytes;
    throw malformed(
      file,
      `its ${bytes.length} bytes are ${count} records of ${cifarRecordBytes} bytes and ${rest} more`,
    );
  }
  const pixels = new Uint8Array(count * channels * planeBytes);
  const labels = new Uint8Array(count);
  for (let record = 0; record < count; record++) {
    const start = record * cifarRecordBytes;
    const label = bytes[start];
    if (label >= classNames.length) {
      throw malformed(file, `label ${record} is ${label}, not 0 … ${classNames.length - 1}`);
    }
    labels[record] = label;
    for (let channel = 0; channel < channels; channel++) {
      const plane = start + 1 + channel * planeBytes;
      let to = record * channels * planeBytes + channel;
      for (let pixel = 0; pixel < planeBytes; pixel++, to += channels) pixels[to] = bytes[plane + pixel];
    }
  }
  return { count, pixels, labels };
}

function malformed(file: string, problem: string): NasError {
  return new NasError("NAS_DATA_MALFORMED", `${file} is no CIFAR-10 binary batch: ${problem}`, {
    hint: fetchAgainHint,
    context: { file },
  });
}
