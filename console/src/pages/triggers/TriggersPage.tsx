import { Button, Group, NativeSelect, Stack, Text, Title } from '@mantine/core';
import { Link, useSearchParams } from 'react-router';
import { usePages } from '../../api/use-pages.js';
import { usePoll } from '../../api/use-poll.js';
import { useMay } from '../../api/viewer.js';
import { TriggersDocument } from '../../gql/triggers.js';
import { Empty } from '../../states/Empty.js';
import { FaultNotice } from '../../states/FaultNotice.js';
import { Loading } from '../../states/Loading.js';
import { TriggerTable } from './TriggerTable.js';

const ONE_PAGE = 25;

/** Every trigger, and what it has fired last. */
export function Component() {
  const [search, setSearch] = useSearchParams();
  const active = search.get('active');
  const triggers = usePages(TriggersDocument, active === null ? {} : { active: active === 'true' }, (data) => data.triggers);
  const { nodes, isLoading, fault, totalCount } = triggers;
  // Whoever reads further down keeps what is shown.
  usePoll(5_000, triggers.refresh, nodes.length <= ONE_PAGE && !isLoading);
  return (
    <Stack>
      <title>Triggers · Countermeasure</title>
      <Group justify="space-between">
        <Title order={1}>Triggers</Title>
        <NewTrigger />
      </Group>
      <Group role="search" aria-label="Filter triggers">
        <NativeSelect
          label="State"
          value={active ?? ''}
          onChange={({ currentTarget }) => setSearch(currentTarget.value === '' ? {} : { active: currentTarget.value }, { replace: true })}
          data={[
            { value: '', label: 'Any' },
            { value: 'true', label: 'Active' },
            { value: 'false', label: 'Inactive' },
          ]}
        />
      </Group>
      {fault && <FaultNotice fault={fault} onRetry={triggers.refresh} />}
      {nodes.length > 0 && <TriggerTable triggers={nodes} />}
      {nodes.length === 0 && totalCount === undefined && isLoading && <Loading />}
      {nodes.length === 0 && totalCount === 0 && !fault && <NoTriggers isFiltered={active !== null} />}
      <Group>
        {triggers.hasMore && (
          <Button variant="default" onClick={triggers.more}>
            Show more
          </Button>
        )}
        {nodes.length > 0 && totalCount !== undefined && <Text className="quiet">{`${nodes.length} of ${Math.max(totalCount, nodes.length)} shown`}</Text>}
      </Group>
    </Stack>
  );
}

function NoTriggers({ isFiltered }: { readonly isFiltered: boolean }) {
  if (isFiltered) return <Empty title="No trigger matches">Choose another state.</Empty>;
  return <Empty title="There are no triggers yet">A trigger waits for an event, such as a risky sign-in, and starts the playbooks that are linked to it.</Empty>;
}

function NewTrigger() {
  const may = useMay();
  if (!may('trigger:write')) return null;
  return (
    <Button component={Link} to="/triggers/new">
      New trigger
    </Button>
  );
}
