/**
 * A generator that works one step ahead of its reader: the next value is under way while the reader has this one. Disposing
 * waits for the step that is under way, so that nothing of it is still at work.
 */
export function ahead<T>(source: AsyncGenerator<T>): { next: () => Promise<T | undefined> } & AsyncDisposable {
  let coming = step();
  return {
    /** The next value; undefined behind the last one. */
    async next() {
      const { value, done } = await coming;
      if (done) return undefined;
      coming = step();
      return value;
    },
    async [Symbol.asyncDispose]() {
      await coming.catch(() => {});
      await source.return(undefined);
    },
  };

  function step(): Promise<IteratorResult<T, undefined>> {
    const result = source.next() as Promise<IteratorResult<T, undefined>>;
    // Its reader may never come back for it; who does, is told.
    result.catch(() => {});
    return result;
  }
}
