import { Button, Group, NativeSelect, Stack, Text, TextInput, Title } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { useLive } from '../../api/use-live.js';
import { usePages, type UsedPages } from '../../api/use-pages.js';
import { usePoll } from '../../api/use-poll.js';
import { useMay } from '../../api/viewer.js';
import { PlaybookRunActivityDocument, PlaybooksDocument, type PlaybookRowFragment, type PlaybookRunActivitySubscription } from '../../gql/playbooks.js';
import { Empty } from '../../states/Empty.js';
import { FaultNotice } from '../../states/FaultNotice.js';
import { Loading } from '../../states/Loading.js';
import { PlaybookTable } from './PlaybookTable.js';

const LOOK_EVERY_MS = 5_000;
const TYPING_MS = 300;
const PAGE_SIZE = 25;
const RUNS_SHOWN = 5;

/** Every playbook: whether it can run, and what its newest runs came to. What is looked for stands in the address. */
export function Component() {
  const [search, setSearch] = useSearchParams();
  const active = search.get('active');
  const playbooks = usePages(PlaybooksDocument, { search: search.get('search'), active: active === null ? null : active === 'true' }, (data) => data.playbooks);
  useLive(PlaybookRunActivityDocument, {
    key: 'all',
    variablesNow: () => ({}),
    onData: ({ runActivity }) => playbooks.change((shown) => shown.map((one) => (one.id === runActivity.playbook.id ? withRun(one, runActivity) : one))),
    onResume: playbooks.refresh,
  });
  // Whoever has asked for more pages keeps them.
  usePoll(LOOK_EVERY_MS, playbooks.refresh, playbooks.nodes.length <= PAGE_SIZE && !playbooks.isLoading);
  const set = (name: string, value: string): void =>
    setSearch(
      (now) => {
        const next = new URLSearchParams(now);
        if (value === '') next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true },
    );
  return (
    <Stack>
      <title>Playbooks · Countermeasure</title>
      <Group justify="space-between">
        <Title order={1}>Playbooks</Title>
        <NewPlaybook />
      </Group>
      <Group align="flex-end" role="search" aria-label="Find playbooks">
        <SearchField key={search.size === 0 ? 'cleared' : 'typed'} value={search.get('search') ?? ''} onChange={(value) => set('search', value)} />
        <NativeSelect label="State" value={active ?? ''} onChange={({ currentTarget }) => set('active', currentTarget.value)} data={[{ value: '', label: 'Any' }, { value: 'true', label: 'Active' }, { value: 'false', label: 'Inactive' }]} />
      </Group>
      <Found playbooks={playbooks} isFiltered={search.size > 0} />
    </Stack>
  );
}

function Found({ playbooks, isFiltered }: { readonly playbooks: UsedPages<PlaybookRowFragment>; readonly isFiltered: boolean }) {
  const { nodes, fault, isLoading } = playbooks;
  return (
    <>
      {fault && <FaultNotice fault={fault} onRetry={playbooks.refresh} />}
      {nodes.length > 0 && <PlaybookTable playbooks={nodes} />}
      {nodes.length === 0 && isLoading && <Loading />}
      {nodes.length === 0 && !isLoading && !fault && <NoPlaybook isFiltered={isFiltered} />}
      <HowMany playbooks={playbooks} />
    </>
  );
}

function HowMany({ playbooks: { nodes, totalCount, hasMore, isLoading, more } }: { readonly playbooks: UsedPages<PlaybookRowFragment> }) {
  return (
    <Group>
      {hasMore && (
        <Button variant="default" onClick={more} loading={isLoading}>
          Show more
        </Button>
      )}
      <Text className="quiet" role="status">
        {nodes.length > 0 && totalCount !== undefined && `${nodes.length} of ${totalCount} shown`}
      </Text>
    </Group>
  );
}

function NoPlaybook({ isFiltered }: { readonly isFiltered: boolean }) {
  if (isFiltered) return <Empty title="No playbook matches">Change what you look for.</Empty>;
  return (
    <Empty title="There are no playbooks yet">
      <Text className="quiet">A playbook is a list of steps, such as to end the sessions of a user and to suspend them. It is written once, and run in a moment when it is needed.</Text>
      <NewPlaybook />
    </Empty>
  );
}

function NewPlaybook() {
  if (!useMay()('playbook:write')) return null;
  return (
    <Button component={Link} to="/playbooks/new">
      New playbook
    </Button>
  );
}

/** Looked for while it is typed, when the fingers rest. */
function SearchField({ value, onChange }: { readonly value: string; readonly onChange: (value: string) => void }) {
  const [typed, setTyped] = useState(value);
  const changeSoon = useDebouncedCallback(onChange, TYPING_MS);
  return (
    <TextInput
      label="Search"
      placeholder="in names and descriptions"
      type="search"
      value={typed}
      maxLength={200}
      onChange={({ currentTarget }) => {
        setTyped(currentTarget.value);
        changeSoon(currentTarget.value.trim());
      }}
    />
  );
}

/** The playbook with a run as it is now: where it was, or as the newest. */
function withRun(playbook: PlaybookRowFragment, run: PlaybookRunActivitySubscription['runActivity']): PlaybookRowFragment {
  const { lastRuns } = playbook;
  if (lastRuns.some(({ id }) => id === run.id)) return { ...playbook, lastRuns: lastRuns.map((one) => (one.id === run.id ? run : one)) };
  const sorted = [run, ...lastRuns].sort((one, other) => other.createdAt.localeCompare(one.createdAt));
  return { ...playbook, lastRuns: sorted.slice(0, RUNS_SHOWN) };
}
