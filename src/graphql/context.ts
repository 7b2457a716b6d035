import type { Approval } from '../approvals/approval.entity.js';
import type { Session } from '../auth/session.js';
import type { Run } from '../runs/run.entity.js';
import type { RunFilter } from '../runs/run.store.js';
import type { RunEvent } from '../runs/run-event.entity.js';
import { createLoaders, type LoaderServices, type Loaders } from './loaders.js';

export interface ContextServices extends LoaderServices {
  /** The address under which people reach the service, without a slash at its end. */
  readonly publicUrl: () => string;
}

/** What every resolver gets: who asks, and how to read without asking the database once per row. */
export class Context {
  readonly publicUrl: string;
  private loaded: Loaders | undefined;

  constructor(
    readonly session: Session,
    private readonly services: ContextServices,
    /** Aborted when the caller gives up. */
    readonly signal: AbortSignal,
  ) {
    this.publicUrl = services.publicUrl();
  }

  /** Made when they are asked for: a subscription that waits needs none. */
  get loaders(): Loaders {
    this.loaded ??= createLoaders(this.services, this.session);
    return this.loaded;
  }

  followRun(runId: string, after: number): Promise<AsyncIterableIterator<RunEvent>> {
    return this.services.history.follow(this.session, runId, after);
  }

  followRuns(filter: RunFilter): AsyncIterableIterator<Run> {
    return this.services.history.followAll(this.session, filter);
  }

  followApprovals(mine: boolean): AsyncIterableIterator<Approval> {
    return this.services.approvals.follow(this.session, mine);
  }
}
