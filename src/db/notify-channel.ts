/** The first hint after a quiet time goes at once; those that come right after it go together. */
const FLUSH_AT_MOST_EVERY_MS = 20;

/** PostgreSQL refuses a notification of 8000 bytes or more. */
const MAX_PAYLOAD_BYTES = 7_500;

export interface NotifyListener {
  /** The newest number that some process told for a subject. */
  onNotice(subject: string, newest: number): void;
  /** Notices may have been lost while the session was down: read everything again. */
  onGap(): void;
}

/**
 * Tells all processes that a numbered subject has grown. Only hints travel here, the rows are the truth: a lost hint costs
 * time, never an event. Hints are sent after the commit and together: by PostgreSQL, a NOTIFY inside each transaction would
 * make every commit of the cluster wait for one lock.
 */
export abstract class NotifyChannel {
  private readonly pending = new Map<string, number>();
  private flushTimer: NodeJS.Timeout | undefined;
  private flushedAt = -Infinity;
  private readonly listeners: NotifyListener[] = [];

  announce(subject: string, newest: number): void {
    this.pending.set(subject, Math.max(newest, this.pending.get(subject) ?? 0));
    // Even the first one waits for what is told in the same breath, such as a batch.
    this.flushTimer ??= setTimeout(() => void this.flush(), Math.max(0, this.flushedAt + FLUSH_AT_MOST_EVERY_MS - performance.now()));
  }

  async listen(listener: NotifyListener): Promise<void> {
    this.listeners.push(listener);
    if (this.listeners.length === 1) await this.open();
  }

  /** Whether what others announce is heard at once; undefined: nobody here wants to hear it. */
  get isHearing(): boolean | undefined {
    return this.isListening ? this.hasSession : undefined;
  }

  async close(): Promise<void> {
    this.listeners.length = 0;
    await this.flush();
    await this.shut();
  }

  /** Begins to listen. */
  protected abstract open(): Promise<void>;

  /** Whether there is a session that listens now. */
  protected abstract get hasSession(): boolean;

  /** Sends what was told; what cannot be sent is logged, and forgotten. */
  protected abstract send(payloads: readonly string[]): Promise<void>;

  /** Ends every session. */
  protected abstract shut(): Promise<void>;

  protected get isListening(): boolean {
    return this.listeners.length > 0;
  }

  protected deliver(payload: string): void {
    for (const notice of payload.split(' ')) {
      const [subject, newest] = notice.split(':');
      if (subject && newest) for (const listener of this.listeners) listener.onNotice(subject, Number(newest));
    }
  }

  protected tellGap(): void {
    for (const listener of this.listeners) listener.onGap();
  }

  private async flush(): Promise<void> {
    clearTimeout(this.flushTimer);
    this.flushTimer = undefined;
    this.flushedAt = performance.now();
    if (this.pending.size === 0) return;
    const payloads = pack([...this.pending].map(([subject, newest]) => `${subject}:${newest}`));
    this.pending.clear();
    await this.send(payloads);
  }
}

function pack(notices: readonly string[]): string[] {
  const payloads: string[] = [];
  let current = '';
  for (const notice of notices) {
    if (current.length + notice.length + 1 > MAX_PAYLOAD_BYTES) {
      payloads.push(current);
      current = '';
    }
    current = current === '' ? notice : `${current} ${notice}`;
  }
  return [...payloads, current];
}
