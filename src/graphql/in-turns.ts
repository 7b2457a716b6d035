/** So many are done before everybody else has a turn: a thousand in a second. */
const AT_ONCE = 10;
const PAUSE_MS = 10;

/** Does what comes in a flood, such as new sockets, bit by bit: requests that came meanwhile do not wait for all of it. */
export class InTurns {
  private readonly waiting: (() => void)[] = [];
  private isGoing = false;

  take(work: () => void): void {
    this.waiting.push(work);
    if (this.isGoing) return;
    this.isGoing = true;
    this.goOn();
  }

  private goOn(): void {
    for (const work of this.waiting.splice(0, AT_ONCE)) work();
    setTimeout(() => {
      this.isGoing = this.waiting.length > 0;
      if (this.isGoing) this.goOn();
    }, PAUSE_MS);
  }
}
