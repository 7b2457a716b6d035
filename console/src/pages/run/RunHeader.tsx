import { Badge, Group, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { nameOfActor } from '../../parts/actor.js';
import { Facts } from '../../parts/Facts.js';
import { Moment } from '../../parts/Moment.js';
import { isOver, wordOf } from '../../parts/status.js';
import { StatusMark } from '../../parts/StatusMark.js';
import { took } from '../../parts/took.js';
import type { Run } from './run.types.js';

const linkTo = (run: { readonly id: string }, text: string): ReactNode => <Link to={`/runs/${encodeURIComponent(run.id)}`}>{text}</Link>;

/** What the run is: which playbook, against whom, by whom, how far. */
export function RunHeader({ run, status }: { readonly run: Run; readonly status: Run['status'] }) {
  const { target } = run;
  return (
    <Stack gap="xs">
      <Title order={1}>
        {run.playbook.name} → {target.displayName}
      </Title>
      <Group gap="sm" role="status" aria-live="polite">
        {isOver(status) ? (
          <Text fw={700} size="lg">
            The run is over: <StatusMark status={status} size="lg" />
          </Text>
        ) : (
          <StatusMark status={status} size="lg" />
        )}
        {run.dryRun && <Mark>Dry run: nothing is changed</Mark>}
        {run.paused && <Mark>Held by the pause switch</Mark>}
        {target.protected && <Mark>Protected target</Mark>}
        {target.privileged && <Mark>Holds an administrative role</Mark>}
      </Group>
      <Facts
        facts={{
          Target: target.username ?? target.id,
          'Started by': nameOfActor(run.startedBy),
          Reason: run.reason,
          Accepted: <Moment at={run.createdAt} />,
          Took: run.finishedAt && took(run.createdAt, run.finishedAt),
          Revision: `${run.playbookRevision} of the playbook`,
          Batch: run.batch && <Link to={`/runs?batch=${encodeURIComponent(run.batch.id)}`}>{`one of ${run.batch.total} runs`}</Link>,
          'Goes on with': run.retryOf && linkTo(run.retryOf, 'the run before'),
          'Retried by': run.retriedBy && linkTo(run.retriedBy, 'another run'),
          'Takes back': run.undoes && linkTo(run.undoes, 'what another run did'),
          'Taken back by': run.undoneBy && linkTo(run.undoneBy, `another run (${wordOf(run.undoneBy.status).toLowerCase()})`),
        }}
      />
    </Stack>
  );
}

function Mark({ children }: { readonly children: string }) {
  return (
    <Badge variant="outline" color="var(--ink)" tt="none" radius="sm">
      {children}
    </Badge>
  );
}
