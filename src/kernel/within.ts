/** The work's result, or the signal's reason as soon as it aborts: work that ignores its signal holds nobody up. */
export async function within<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  let abort: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    abort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    return await Promise.race([work(), aborted]);
  } catch (error) {
    // What a library throws when it is aborted tells less than why it was.
    throw signal.aborted ? (signal.reason as Error) : error;
  } finally {
    if (abort) signal.removeEventListener('abort', abort);
  }
}
