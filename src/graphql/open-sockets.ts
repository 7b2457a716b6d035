import type { NotifyChannel } from '../db/notify-channel.js';
import type { ActorReference } from '../auth/actor.js';

const LOOK_EVERY_MS = 10_000;

/** What setTimeout can count; who may stay longer is looked at all the same. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
const TIMERS_ARE_EARLY_BY_MS = 20;

/** Something that can be closed because whoever opened it may no longer be here. */
export interface OpenSocket {
  readonly actor: ActorReference;
  /** When its session ends; undefined: not by itself. */
  readonly expiresAt: Date | undefined;
  close(): void;
}

interface Deps {
  readonly channel: NotifyChannel;
  /** Those of the actors who would still be let in. */
  readonly activeAmong: (ids: readonly string[]) => Promise<ReadonlySet<string>>;
  readonly onFault: (error: unknown) => void;
}

/** The sockets that are open in this process. One whose key was revoked or whose session has ended is closed: at that moment or by a hint, else at the next look. */
export class OpenSockets {
  private readonly sockets = new Map<OpenSocket, NodeJS.Timeout | undefined>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly deps: Deps) {}

  async start(): Promise<void> {
    await this.deps.channel.listen({ onNotice: (subject) => void this.look(({ actor }) => actor.id === subject), onGap: () => void this.look() });
    this.timer = setInterval(() => void this.look(), LOOK_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.timer);
    for (const timer of this.sockets.values()) clearTimeout(timer);
  }

  add(socket: OpenSocket): void {
    const { expiresAt } = socket;
    const leftMs = expiresAt && Math.min(Math.max(expiresAt.getTime() - Date.now(), 0) + TIMERS_ARE_EARLY_BY_MS, LONGEST_TIMER_MS);
    this.sockets.set(socket, leftMs === undefined ? undefined : setTimeout(() => void this.look((open) => open === socket), leftMs));
  }

  delete(socket: OpenSocket): void {
    clearTimeout(this.sockets.get(socket));
    this.sockets.delete(socket);
  }

  /** How many sockets somebody has open here. */
  countOf(actorId: string): number {
    let count = 0;
    for (const { actor } of this.sockets.keys()) if (actor.id === actorId) count += 1;
    return count;
  }

  private async look(concerns: (socket: OpenSocket) => boolean = () => true): Promise<void> {
    const now = new Date();
    const concerned = [...this.sockets.keys()].filter(concerns);
    const hasEnded = ({ expiresAt }: OpenSocket): boolean => expiresAt !== undefined && expiresAt <= now;
    for (const socket of concerned.filter(hasEnded)) socket.close();
    const sockets = concerned.filter((socket) => !hasEnded(socket));
    if (sockets.length === 0) return;
    try {
      const active = await this.deps.activeAmong([...new Set(sockets.map(({ actor }) => actor.id))]);
      for (const socket of sockets) if (!active.has(socket.actor.id)) socket.close();
    } catch (error) {
      this.deps.onFault(error);
    }
  }
}
