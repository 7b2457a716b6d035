/**
 * What is to be sent over any of the sockets goes out together, at the end of the turn. Thousands are often sent the same at
 * one moment: without a pause between them, whoever takes them is woken once and not for each, which costs more than the sending.
 */
export class Outbox {
  private waiting: (() => void)[] = [];

  /** Sends it in the order in which it came. */
  put(send: () => void): void {
    if (this.waiting.push(send) === 1) setImmediate(() => this.flush());
  }

  /** Sends at once what waits. */
  flush(): void {
    const { waiting } = this;
    this.waiting = [];
    for (const send of waiting) send();
  }
}
