import type { Problem } from '../kernel/errors.js';

/** Everything for which a request to /hooks is refused, with its HTTP status and what it means. docs/events.md is held against this table. */
export const HOOK_REFUSALS = {
  UNKNOWN_SOURCE: { status: 404, text: 'There is no event source of that name.' },
  SIGNATURE_MISSING: { status: 401, text: 'One of the headers webhook-id, webhook-timestamp and webhook-signature is missing or malformed.' },
  TIMESTAMP_OUT_OF_RANGE: { status: 401, text: 'webhook-timestamp is more than five minutes away from the time here.' },
  SIGNATURE_INVALID: { status: 401, text: 'The signature was not made with this source\'s secret over this body.' },
  SOURCE_INACTIVE: { status: 403, text: 'The source is switched off.' },
  REPLAYED: { status: 409, text: 'This very request was accepted before.' },
  KEY_REUSED: { status: 409, text: 'The identity of an event was used before for another one.' },
  BODY_TOO_LARGE: { status: 413, text: 'The body has more than 1 MiB.' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, text: 'The body is not said to be application/json.' },
  MALFORMED_BODY: { status: 400, text: 'The body is no JSON in UTF-8, or no notification.' },
  INVALID_EVENTS: { status: 422, text: 'The body is JSON, but not one event or a list of events of this source\'s type; `problems` names each place.' },
  UNAUTHENTICATED_NOTIFICATION: { status: 401, text: 'A notification did not bring the secret of its subscription.' },
  RATE_LIMITED: { status: 429, text: 'Too many requests from this address had no right signature; the header Retry-After tells when to come again.' },
} as const satisfies Record<string, { status: number; text: string }>;

export type HookRefusalCode = keyof typeof HOOK_REFUSALS;

/** A request to a hook that is not accepted; nothing of it is kept but its count. */
export class HookRefused extends Error {
  readonly status: number;

  constructor(
    readonly code: HookRefusalCode,
    /** The source's name, where it is known to be one. */
    readonly source: string,
    readonly problems: readonly Problem[] = [],
  ) {
    super(HOOK_REFUSALS[code].text);
    this.name = 'HookRefused';
    this.status = HOOK_REFUSALS[code].status;
  }
}
