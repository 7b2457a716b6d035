import { SimpleGrid, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useRead } from '../../api/use-read.js';
import { useMay } from '../../api/viewer.js';
import type { NowQuery } from '../../gql/overview.js';
import { PauseSwitchDocument } from '../../gql/shell.js';
import { Moment } from '../../parts/Moment.js';

/** What goes on now, and what waits for somebody. */
export function NowCards({ now: { running, toReview, waiting, connections } }: { readonly now: NowQuery }) {
  const mayReadGuardrails = useMay()('guardrail:read');
  const guardrails = useRead(PauseSwitchDocument, {}, mayReadGuardrails).data?.guardrails;
  const failing = connections.filter(({ health }) => health.checkedAt && !health.ok);
  const [oldest] = waiting.nodes;
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }} component="section" aria-label="Now">
      <Card title="Running now" isBad={guardrails?.paused === true}>
        <Figure to="/runs?status=RUNNING&status=QUEUED" count={running.totalCount} name={running.totalCount === 1 ? 'run' : 'runs'} />
        {guardrails && <Text size="sm">{guardrails.paused ? 'All runs are paused.' : 'Runs are not paused.'}</Text>}
      </Card>
      <Card title="Approvals waiting" isBad={waiting.totalCount > 0}>
        <Figure to="/approvals" count={waiting.totalCount} name={waiting.totalCount === 1 ? 'approval' : 'approvals'} />
        {oldest && (
          <Text size="sm">
            The oldest: <Link to={`/runs/${encodeURIComponent(oldest.run.id)}`}>{oldest.run.playbook.name}</Link>, since <Moment at={oldest.requestedAt} />
          </Text>
        )}
      </Card>
      <Card title="To be looked at" isBad={toReview.totalCount > 0}>
        <Figure to="/runs?status=NEEDS_REVIEW" count={toReview.totalCount} name={toReview.totalCount === 1 ? 'run' : 'runs'} />
        <Text size="sm">Nobody could read back what became of a step.</Text>
      </Card>
      <Card title="Failing connections" isBad={failing.length > 0}>
        <Figure to="/connections" count={failing.length} name={`of ${connections.length} connections`} />
        {failing.map(({ id, name, health }) => (
          <Text key={id} size="sm">
            <strong>{name}</strong>: {health.problem}
          </Text>
        ))}
      </Card>
    </SimpleGrid>
  );
}

function Card({ title, isBad, children }: { readonly title: string; readonly isBad: boolean; readonly children: ReactNode }) {
  return (
    <Stack gap={2} p="md" bg="var(--card)" bd="1px solid var(--line)" bdrs="sm" style={{ minWidth: 0, ...(isBad && { borderLeft: '4px solid var(--bad)' }) }}>
      <Title order={2} size="h5">
        {title}
      </Title>
      {children}
    </Stack>
  );
}

function Figure({ to, count, name }: { readonly to: string; readonly count: number; readonly name: string }) {
  return (
    <Text component={Link} to={to} fw={700} size="lg">
      {count} <span style={{ fontWeight: 400, fontSize: '1rem' }}>{name}</span>
    </Text>
  );
}
