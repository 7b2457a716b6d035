import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useSearchParams } from 'react-router';
import { useLive } from '../../api/use-live.js';
import { usePages } from '../../api/use-pages.js';
import { RunActivityDocument, RunsDocument, type RunRowFragment } from '../../gql/runs.js';
import { Empty } from '../../states/Empty.js';
import { FaultNotice } from '../../states/FaultNotice.js';
import { Loading } from '../../states/Loading.js';
import { filterOf, matches } from './filter.js';
import { RunFilters } from './RunFilters.js';
import { RunTable } from './RunTable.js';

/** The history of runs, as it goes on. What is filtered stands in the address, so that a list can be sent to somebody. */
export function Component() {
  const [search, setSearch] = useSearchParams();
  const filter = filterOf(search);
  const { status, ...whatever } = filter;
  const runs = usePages(RunsDocument, { filter }, (data) => data.runs);
  // Followed whatever their state is: one that leaves the state that is looked for is to leave the list.
  const liveFault = useLive(RunActivityDocument, {
    key: JSON.stringify(whatever),
    variablesNow: () => ({ filter: whatever }),
    onData: ({ runActivity }) => runs.change((shown) => withRun(shown, runActivity, matches(runActivity, status))),
    onResume: runs.refresh,
  });
  const isFiltered = search.size > 0;
  return (
    <Stack>
      <title>Runs · Countermeasure</title>
      <Title order={1}>Runs</Title>
      <RunFilters search={search} onChange={(next) => setSearch(next, { replace: true })} />
      {liveFault && <FaultNotice fault={liveFault} />}
      {runs.fault && <FaultNotice fault={runs.fault} onRetry={runs.refresh} />}
      {runs.nodes.length > 0 && <RunTable runs={runs.nodes} />}
      {runs.nodes.length === 0 && runs.isLoading && <Loading />}
      {runs.nodes.length === 0 && !runs.isLoading && !runs.fault && (
        <Empty title={isFiltered ? 'No run matches' : 'There are no runs yet'}>{isFiltered ? 'Change or clear the filters.' : 'As soon as a playbook is run, by hand or by a trigger, it appears here.'}</Empty>
      )}
      <Group>
        {runs.hasMore && (
          <Button variant="default" onClick={runs.more} loading={runs.isLoading}>
            Show more
          </Button>
        )}
        {runs.nodes.length > 0 && runs.totalCount !== undefined && <Text className="quiet">{`${runs.nodes.length} of ${Math.max(runs.totalCount, runs.nodes.length)} shown`}</Text>}
      </Group>
    </Stack>
  );
}

/** The list with a run as it is now: where it was, on top when it is new, or gone when it is not looked for any more. */
function withRun(shown: readonly RunRowFragment[], run: RunRowFragment, isLookedFor: boolean): readonly RunRowFragment[] {
  if (!isLookedFor) return shown.filter(({ id }) => id !== run.id);
  if (shown.some(({ id }) => id === run.id)) return shown.map((one) => (one.id === run.id ? run : one));
  const [oldest] = shown.slice(-1);
  // An older one, behind what is shown, comes when more is asked for.
  if (oldest && run.createdAt < oldest.createdAt) return shown;
  return [run, ...shown].sort((one, other) => other.createdAt.localeCompare(one.createdAt));
}
