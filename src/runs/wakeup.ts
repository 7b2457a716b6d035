/** Lets many wait for the next change without missing one: whoever read before the change sees another version. */
export class Wakeup {
  version = 0;
  private readonly waiting = new Set<() => void>();

  wakeAll(): void {
    this.version += 1;
    for (const wake of this.waiting) wake();
    this.waiting.clear();
  }

  /** Resolves at the first change after `seen`, or when the signal aborts. */
  wait(seen: number, signal: AbortSignal): Promise<void> {
    if (this.version !== seen || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        this.waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.waiting.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }
}
