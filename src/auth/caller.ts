import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { AddressOf } from '../kernel/client-address.js';
import type { OperationKind, Outcome, Via } from '../kernel/metrics.js';
import type { Refused } from '../kernel/refusals.js';
import type { Session } from './session.js';

/** The part of an API key that may be shown; the key need not be a valid one. */
const PRESENTED_KEY = /^Bearer +(cmk_[0-9a-f]{8})(?:_|$)/i;

/** Whoever sent one request, or one operation over a socket, as the log and the limits know them. */
export class Caller implements Refused {
  readonly requestId = randomUUID();
  readonly keyPrefix: string | undefined;
  /** Set when they have shown who they are. */
  session: Session | undefined;
  kind: OperationKind = 'unresolved';
  outcome: Outcome = 'ok';
  /** How long what they sent is, as far as it is known. */
  bytes = 0;
  private readonly told = new Set<string>();

  constructor(
    readonly via: Via,
    readonly address: string,
    readonly authorization: string | undefined,
  ) {
    this.keyPrefix = PRESENTED_KEY.exec(authorization ?? '')?.[1]?.toLowerCase();
  }

  get actorId(): string | undefined {
    return this.session?.actor.id;
  }

  /** The same one, for the next operation over a socket. */
  again(): Caller {
    const caller = new Caller(this.via, this.address, this.authorization);
    caller.session = this.session;
    return caller;
  }

  requireSession(): Session {
    if (!this.session) throw new Error('Somebody was let in without a session.');
    return this.session;
  }

  /** Whether a refusal is the first one of its code; a request is told of once, however many of its parts are refused. */
  isNews(code: string): boolean {
    if (this.told.has(code)) return false;
    this.told.add(code);
    return true;
  }
}

/** The caller behind each HTTP request: made when it is first asked for, gone with the request. */
export class Callers {
  private readonly known = new WeakMap<IncomingMessage, Caller>();

  constructor(private readonly addressOf: AddressOf) {}

  of(request: IncomingMessage): Caller {
    const known = this.known.get(request);
    if (known) return known;
    const caller = new Caller('http', this.addressOf(request), request.headers.authorization);
    caller.bytes = Number(request.headers['content-length'] ?? 0);
    this.known.set(request, caller);
    return caller;
  }

  /** Whoever is at the other end of a connection on which no request was made out. */
  unknown({ remoteAddress = '' }: Socket): Caller {
    return new Caller('http', remoteAddress, undefined);
  }
}
