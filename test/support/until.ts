import { setTimeout as delay } from 'node:timers/promises';

/** Waits until something is so, and gives what it found; fails with what it was when it never becomes so. */
export async function until<T>(look: () => T | Promise<T>, isSo: (found: T) => boolean, withinMs = 20_000): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const found = await look();
    if (isSo(found)) return found;
    if (Date.now() > deadline) throw new Error(`It did not come about; at last it was ${JSON.stringify(found)}.`);
    await delay(20);
  }
}

/** Waits for a state; `what` says which one never came about. */
export async function comesAbout(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  await until(async () => ((await isSo()) ? undefined : what), (missing) => missing === undefined, 30_000);
}
