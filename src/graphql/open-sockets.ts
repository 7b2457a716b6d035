import type { NotifyChannel } from '../db/notify-channel.js';
import type { ActorReference } from '../auth/actor.js';

const LOOK_EVERY_MS = 10_000;

/** Something that can be closed because whoever opened it may no longer be here. */
export interface OpenSocket {
  readonly actor: ActorReference;
  close(): void;
}

interface Deps {
  readonly channel: NotifyChannel;
  /** Those of the actors who would still be let in. */
  readonly activeAmong: (ids: readonly string[]) => Promise<ReadonlySet<string>>;
  readonly onFault: (error: unknown) => void;
}

/** The sockets that are open in this process. One whose key was revoked or has expired is closed: at once by a hint, else at the next look. */
export class OpenSockets {
  private readonly sockets = new Set<OpenSocket>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly deps: Deps) {}

  async start(): Promise<void> {
    await this.deps.channel.listen({ onNotice: (subject) => void this.look(({ actor }) => actor.id === subject), onGap: () => void this.look() });
    this.timer = setInterval(() => void this.look(), LOOK_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  add(socket: OpenSocket): void {
    this.sockets.add(socket);
  }

  delete(socket: OpenSocket): void {
    this.sockets.delete(socket);
  }

  /** How many sockets somebody has open here. */
  countOf(actorId: string): number {
    let count = 0;
    for (const { actor } of this.sockets) if (actor.id === actorId) count += 1;
    return count;
  }

  private async look(concerns: (socket: OpenSocket) => boolean = () => true): Promise<void> {
    const sockets = [...this.sockets].filter(concerns);
    if (sockets.length === 0) return;
    try {
      const active = await this.deps.activeAmong([...new Set(sockets.map(({ actor }) => actor.id))]);
      for (const socket of sockets) if (!active.has(socket.actor.id)) socket.close();
    } catch (error) {
      this.deps.onFault(error);
    }
  }
}
