import type { RunFilter, RunStatus } from '../../gql/runs.js';

/** The states, in the order of a run's life. */
export const STATUSES: readonly RunStatus[] = ['QUEUED', 'RUNNING', 'WAITING_FOR_APPROVAL', 'NEEDS_REVIEW', 'SUCCEEDED', 'FAILED', 'DENIED', 'CANCELED'];

const isStatus = (text: string): text is RunStatus => (STATUSES as readonly string[]).includes(text);

/** What the address says should be shown. */
export function filterOf(search: URLSearchParams): RunFilter {
  const status = search.getAll('status').filter(isStatus);
  const [playbookId, targetId, batchId, dryRun] = ['playbook', 'target', 'batch', 'dryRun'].map((name) => search.get(name) ?? undefined);
  return {
    ...(status.length > 0 && { status }),
    ...(playbookId !== undefined && { playbookId }),
    ...(targetId !== undefined && { targetId }),
    ...(batchId !== undefined && { batchId }),
    ...(dryRun !== undefined && { dryRun: dryRun === 'true' }),
  };
}

export function matches(run: { readonly status: RunStatus }, status: RunFilter['status']): boolean {
  return !status || ([status].flat() as readonly RunStatus[]).includes(run.status);
}
