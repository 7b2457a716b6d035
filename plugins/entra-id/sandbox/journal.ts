/** What a recorded call was about. */
export type RouteKind =
  | 'instance-discovery'
  | 'openid-configuration'
  | 'signing-keys'
  | 'token'
  | 'consent-page'
  | 'consent-decision'
  | 'users.list'
  | 'users.get'
  | 'users.update'
  | 'users.revoke-sessions'
  | 'users.memberships'
  | 'users.manager'
  | 'organization'
  | 'service-principals'
  | 'role-assignments'
  | 'deleted-users'
  | 'directory-audits'
  | 'risk-detections'
  | 'risky-users'
  | 'sign-ins'
  | 'security-alerts'
  | 'subscriptions.create'
  | 'subscriptions.list'
  | 'subscriptions.get'
  | 'subscriptions.update'
  | 'subscriptions.delete'
  | 'unknown';

/** One call as a test or a person reads it afterwards. It holds no body, no token and no secret. */
export interface JournalEntry {
  /** 1, 2, 3 … in the order in which the calls arrived. */
  readonly sequence: number;
  readonly time: string;
  readonly method: string;
  readonly path: string;
  kind: RouteKind;
  /** null while it is being answered, and for good when the connection was dropped. */
  status: number | null;
  /** The object id of the user that the call was about. */
  userId: string | null;
  readonly clientRequestId: string | null;
  readonly requestId: string;
  /** Whether the directory changed. A PATCH that sets what is set already is answered 204 and changes nothing. */
  hadEffect: boolean;
  /** What changed, by the names of the properties. */
  changed: readonly string[];
  /** The id of the injected fault that answered or delayed the call. */
  faultId: number | null;
  durationMs: number | null;
}

const MAX_ENTRIES = 20_000;
/** Entries are dropped in blocks, because taking the first one off a long array costs as much each time. */
const DROP_BLOCK = 2_000;
const REDACTED_PARAMETERS = ['client_secret', 'client_assertion', 'access_token', 'id_token', 'code', 'state'];

/** The query parameters that may carry a secret are named, never shown. */
function redactPath(url: URL): string {
  if (url.search === '' || !REDACTED_PARAMETERS.some((name) => url.searchParams.has(name))) return url.pathname + url.search;
  const parameters = new URLSearchParams(url.search);
  for (const name of REDACTED_PARAMETERS) if (parameters.has(name)) parameters.set(name, 'REDACTED');
  return `${url.pathname}?${parameters.toString()}`;
}

/** The record of all calls to the protocol's routes, the newest twenty thousand of them. */
export class Journal {
  #entries: JournalEntry[] = [];
  #lastSequence = 0;
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  open(call: { method: string; url: URL; requestId: string; clientRequestId: string | null }): JournalEntry {
    this.#lastSequence += 1;
    const entry: JournalEntry = {
      sequence: this.#lastSequence,
      time: new Date(this.#now()).toISOString(),
      method: call.method,
      path: redactPath(call.url),
      kind: 'unknown',
      status: null,
      userId: null,
      clientRequestId: call.clientRequestId,
      requestId: call.requestId,
      hadEffect: false,
      changed: [],
      faultId: null,
      durationMs: null,
    };
    this.#entries.push(entry);
    if (this.#entries.length > MAX_ENTRIES) this.#entries.splice(0, DROP_BLOCK);
    return entry;
  }

  /** The calls after a sequence, the oldest first. */
  entries(after = 0): readonly JournalEntry[] {
    return after === 0 ? this.#entries : this.#entries.filter((entry) => entry.sequence > after);
  }

  /** Forgets the calls; the numbers go on, so that a reader's cursor stays valid. */
  clear(): void {
    this.#entries = [];
  }
}
