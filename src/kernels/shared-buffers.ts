/**
 * Memory that this thread and the kernel's threads both see, used again and again. The garbage collector does not know how
 * large shared memory is: it would let hundreds of megabytes of spent batches pile up. So whoever is done with a batch
 * gives its memory back; what nobody gives back is collected in the end.
 */
const spare = new Map<number, SharedArrayBuffer[]>();

/** More of one size than are under way at once are never wanted again. */
const sparesKept = 64;

/** A shared buffer of this size, its content unspecified; an old one where one was given back. */
export function takeShared(bytes: number): SharedArrayBuffer {
  return spare.get(bytes)?.pop() ?? new SharedArrayBuffer(bytes);
}

/** Gives the memory behind a view back. Nobody may read it any more. A view on memory of other kinds is left alone. */
export function giveBack({ buffer }: ArrayBufferView): void {
  if (!(buffer instanceof SharedArrayBuffer)) return;
  const waiting = spare.get(buffer.byteLength) ?? [];
  if (waiting.length < sparesKept) waiting.push(buffer);
  spare.set(buffer.byteLength, waiting);
}
