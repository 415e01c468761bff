import { NasError } from "../base/errors.js";

/** A regular file in a tar archive; `data` is a view of the archive's bytes. */
export interface TarEntry {
  name: string;
  data: Uint8Array;
}

const blockBytes = 512;

/**
 * The regular files of an (uncompressed) tar archive, in order; folders, links and extension records are passed over.
 * `archive` is named in errors. Throws NAS_DATA_MALFORMED for a header whose checksum is wrong or a file cut short.
 * Source: POSIX.1-1988 ustar. Names longer than its 255 bytes come cut; nothing is ever written to disk by name.
 */
export function* tarEntries(bytes: Uint8Array, archive: string): Generator<TarEntry> {
  let position = 0;
  while (position + blockBytes <= bytes.length) {
    const header = Buffer.from(bytes.buffer, bytes.byteOffset + position, blockBytes);
    if (header.every((byte) => byte === 0)) return;
    checkHeader(header, archive, position);
    const size = octal(header.subarray(124, 136));
    const start = position + blockBytes;
    if (!Number.isSafeInteger(size) || start + size > bytes.length) {
      throw malformed(archive, `the entry at byte ${position} claims ${size} bytes, the archive has ${bytes.length}`);
    }
    const type = header[156];
    if (type === 0x30 || type === 0) yield { name: nameOf(header), data: bytes.subarray(start, start + size) };
    position = start + Math.ceil(size / blockBytes) * blockBytes;
  }
}

function checkHeader(header: Buffer, archive: string, position: number): void {
  // The checksum is the sum of all header bytes with its own eight taken as blanks.
  let sum = 0;
  for (let index = 0; index < blockBytes; index++) sum += index >= 148 && index < 156 ? 0x20 : header[index];
  if (sum !== octal(header.subarray(148, 156))) throw malformed(archive, `the header at byte ${position} is damaged`);
}

function nameOf(header: Buffer): string {
  const name = text(header.subarray(0, 100));
  const isUstar = header.toString("latin1", 257, 262) === "ustar";
  const prefix = isUstar ? text(header.subarray(345, 500)) : "";
  return prefix === "" ? name : `${prefix}/${name}`;
}

function text(field: Buffer): string {
  const end = field.indexOf(0);
  return field.toString("utf8", 0, end < 0 ? field.length : end);
}

/** NaN where the field is no octal number. */
function octal(field: Buffer): number {
  const digits = text(field).trim();
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : NaN;
}

function malformed(archive: string, problem: string): NasError {
  return new NasError("NAS_DATA_MALFORMED", `${archive} is no valid tar archive: ${problem}`, {
    hint: "fetch the archive again",
    context: { archive },
  });
}
