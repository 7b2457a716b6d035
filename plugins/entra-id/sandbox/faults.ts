import { z } from 'zod';

const regexpSource = z.string().refine(isRegexp, 'is no valid regular expression');

/** What is to go wrong, for which calls, and how often. */
export const faultRequest = z.strictObject({
  /** All that is given must fit; an empty match fits every call except those under /control. */
  match: z
    .strictObject({
      method: z.string().toUpperCase().optional(),
      /** A regular expression, tried on the path and query as they were sent. */
      path: z.union([z.instanceof(RegExp), regexpSource]).optional(),
    })
    .default({}),
  /** How many calls it meets; null: all, until the faults are cleared. */
  times: z.int().positive().nullable().default(1),
  /** The status of the answer in place of the true one. */
  status: z.int().min(100).max(599).optional(),
  /** `error.code` of the answer (Graph), or `error` (token endpoint). */
  code: z.string().optional(),
  message: z.string().optional(),
  /** `error_codes` of an answer of the token endpoint: the AADSTS number. */
  errorNumber: z.int().optional(),
  /** The whole body of the answer, in place of the usual shape; text as it is, anything else as JSON. */
  body: z.union([z.string(), z.record(z.string(), z.unknown())]).optional(),
  headers: z.record(z.string(), z.string()).default({}),
  /** How long the answer is held back. Alone, with nothing else set, the true answer follows. */
  delayMs: z.int().nonnegative().default(0),
  /** Cuts the connection without an answer. */
  dropConnection: z.boolean().default(false),
  /** Sends the head of the answer and half of the body, then nothing for this long, then the rest. */
  stallBodyMs: z.int().positive().optional(),
  /**
   * The call is carried out first, then its answer is held back, replaced or dropped: the client cannot know that it
   * took effect. Otherwise a replaced or dropped call does nothing.
   */
  afterEffect: z.boolean().default(false),
});

export type FaultRequest = z.input<typeof faultRequest>;
export type Fault = z.output<typeof faultRequest> & { readonly id: number; timesLeft: number | null };

function isRegexp(source: string): boolean {
  try {
    new RegExp(source);
    return true;
  } catch {
    return false;
  }
}

function fits(fault: Fault, method: string, path: string): boolean {
  if (fault.match.method !== undefined && fault.match.method !== method) return false;
  if (fault.match.path === undefined) return true;
  // A new object each time: a shared one with the `g` flag would go on where its last match ended.
  return new RegExp(fault.match.path).test(path);
}

/** The faults that wait for a call, met in the order in which they were injected. */
export class Faults {
  #waiting: Fault[] = [];
  #lastId = 0;

  inject(request: FaultRequest): Fault {
    const parsed = faultRequest.parse(request);
    this.#lastId += 1;
    const fault: Fault = { ...parsed, id: this.#lastId, timesLeft: parsed.times };
    this.#waiting.push(fault);
    return fault;
  }

  /** The fault that this call meets, counted down. */
  take(method: string, path: string): Fault | undefined {
    const fault = this.#waiting.find((waiting) => fits(waiting, method, path));
    if (fault === undefined) return undefined;
    if (fault.timesLeft !== null) fault.timesLeft -= 1;
    if (fault.timesLeft === 0) this.#waiting = this.#waiting.filter((waiting) => waiting !== fault);
    return fault;
  }

  waiting(): readonly Fault[] {
    return this.#waiting;
  }

  clear(): void {
    this.#waiting = [];
  }
}
