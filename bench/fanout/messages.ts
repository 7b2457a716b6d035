/** What the processes of the fan-out are told when they start, and tell. Times are milliseconds of the clock that all of them share. */
export interface Wanted {
  readonly url: string;
  readonly sockets: number;
  /** undefined: the server sends by itself. */
  readonly subscription?: { readonly keys: readonly string[]; readonly query: string; readonly variables: object };
}

/** What subscribers have seen since they were asked last. */
export interface Report {
  /** By the event's sequence: when it came over each of the sockets. */
  readonly arrivals: readonly (readonly [sequence: number, at: readonly number[]])[];
  /** By the event's sequence: what came over the first of the sockets. */
  readonly frames: readonly (readonly [sequence: number, frame: string])[];
}

export interface Written {
  /** When each event was there: committed, or given to the sockets. */
  readonly events: readonly (readonly [sequence: number, at: number])[];
}

export interface Broadcast {
  readonly frames: readonly (readonly [sequence: number, frame: string])[];
  readonly everyMs: number;
}

export interface ToWrite {
  readonly events: number;
  readonly everyMs: number;
}
