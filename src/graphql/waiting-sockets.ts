import { networkOf } from '../kernel/client-address.js';
import type { Metrics } from '../kernel/metrics.js';
import type { DoorLimits } from './limits.js';

/** How many sockets are open, and how many of them have not said yet who they are. Those cost a stranger nothing, so there are few. */
export class WaitingSockets {
  private readonly perAddress = new Map<string, number>();
  private waiting = 0;
  private open = 0;

  constructor(private readonly deps: { limits: DoorLimits; metrics: Metrics }) {}

  /** Lets one in and gives what to call when it has signed in, and when it has closed; undefined: there is no room. */
  enter(address: string): { signedIn: () => void; closed: () => void } | undefined {
    const network = networkOf(address);
    const { limits } = this.deps;
    const fromHere = this.perAddress.get(network) ?? 0;
    if (fromHere >= limits.waitingSocketsPerAddress || this.waiting >= limits.waitingSockets || this.open >= limits.sockets) return undefined;
    this.perAddress.set(network, fromHere + 1);
    this.waiting += 1;
    this.open += 1;
    this.show();
    let isWaiting = true;
    const signedIn = (): void => {
      if (!isWaiting) return;
      isWaiting = false;
      this.waiting -= 1;
      this.leave(network);
      this.show();
    };
    const closed = (): void => {
      signedIn();
      this.open -= 1;
      this.show();
    };
    return { signedIn, closed };
  }

  private leave(network: string): void {
    const left = (this.perAddress.get(network) ?? 1) - 1;
    if (left === 0) this.perAddress.delete(network);
    else this.perAddress.set(network, left);
  }

  private show(): void {
    this.deps.metrics.sockets.set({ state: 'waiting' }, this.waiting);
    this.deps.metrics.sockets.set({ state: 'signed_in' }, this.open - this.waiting);
  }
}
