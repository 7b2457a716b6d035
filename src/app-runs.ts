import { wakeRun } from './engine/wake-run.js';
import type { CatalogueService } from './registry/catalogue.service.js';
import type { BatchService } from './runs/batch.service.js';
import { CancelService } from './runs/cancel.service.js';
import { FollowUpResolver } from './runs/follow-up.resolver.js';
import { RetryService } from './runs/retry.service.js';
import { ReviewService } from './runs/review.service.js';
import { RunBatchResolver } from './runs/run-batch.resolver.js';
import { RunEventResolver } from './runs/run-event.resolver.js';
import type { RunHistoryService } from './runs/run-history.service.js';
import { RunStepResolver } from './runs/run-step.resolver.js';
import { RunResolver } from './runs/run.resolver.js';
import { RunService } from './runs/run.service.js';
import { UndoService } from './runs/undo.service.js';

type Deps<Service extends abstract new (...args: never[]) => unknown> = ConstructorParameters<Service>[0];

type RunDeps = Deps<typeof RunService> & Deps<typeof CancelService> & Deps<typeof RetryService> & Deps<typeof UndoService> & Omit<Deps<typeof ReviewService>, 'wakeRun'>;

/** What answers about runs: starting, canceling, retrying, undoing and reading them, one by one and in batches. */
export function createRunResolvers(core: RunDeps, { history, batches, catalogue }: { history: RunHistoryService; batches: BatchService; catalogue: CatalogueService }): object[] {
  return [
    new RunResolver(new RunService(core), history, new CancelService(core)),
    new FollowUpResolver(new RetryService(core), new UndoService(core)),
    new RunBatchResolver(batches, history),
    new RunStepResolver(new ReviewService({ ...core, wakeRun }), catalogue),
    new RunEventResolver(),
  ];
}
