import { Button, Group, Stack, Table, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'react-router';
import { usePoll } from '../../api/use-poll.js';
import { useRead } from '../../api/use-read.js';
import { TriggerFiringsDocument, type TriggerFiringsQuery } from '../../gql/trigger.js';
import { Moment } from '../../parts/Moment.js';
import { OutcomeMark } from '../../parts/OutcomeMark.js';
import { StatusMark } from '../../parts/StatusMark.js';
import { Empty } from '../../states/Empty.js';
import { Shown } from '../../states/Shown.js';

const AT_FIRST = 20;
const MOST = 100;

/** What the trigger has fired, as it goes on. */
export function FiringList({ id }: { readonly id: string }) {
  const [first, setFirst] = useState(AT_FIRST);
  const read = useRead(TriggerFiringsDocument, { id, first });
  usePoll(5_000, read.refresh);
  return (
    <Stack gap="xs">
      <Title order={2} size="h4">
        Firings
      </Title>
      <Shown read={read}>
        {({ trigger }) => {
          if (!trigger || trigger.firings.nodes.length === 0) return <Empty title="It has not fired yet">As soon as an event matches, it appears here with what came of it.</Empty>;
          const { nodes, totalCount } = trigger.firings;
          return (
            <>
              <FiringTable firings={nodes} />
              <Group>
                {nodes.length < Math.min(totalCount, MOST) && (
                  <Button variant="default" onClick={() => setFirst(MOST)}>
                    Show more
                  </Button>
                )}
                <Text className="quiet">{`${nodes.length} of ${totalCount} shown`}</Text>
              </Group>
            </>
          );
        }}
      </Shown>
    </Stack>
  );
}

type Firing = NonNullable<TriggerFiringsQuery['trigger']>['firings']['nodes'][number];

function FiringTable({ firings }: { readonly firings: readonly Firing[] }) {
  return (
    <div className="scroll" role="region" aria-label="The firings" tabIndex={0}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">When</Table.Th>
            <Table.Th scope="col">Target</Table.Th>
            <Table.Th scope="col">What came of it</Table.Th>
            <Table.Th scope="col">Playbook</Table.Th>
            <Table.Th scope="col">Run</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {firings.map(({ id, at, target, outcome, reason, playbook, runs }) => (
            <Table.Tr key={id}>
              <Table.Td>
                <Moment at={at} />
              </Table.Td>
              <Table.Td>{target?.id ?? 'Nobody'}</Table.Td>
              <Table.Td>
                <OutcomeMark outcome={outcome} />
                {reason && <Text size="sm">{reason}</Text>}
              </Table.Td>
              <Table.Td>{playbook?.name}</Table.Td>
              <Table.Td>
                {runs.map((run) => (
                  <Link key={run.id} to={`/runs/${encodeURIComponent(run.id)}`}>
                    <StatusMark status={run.status} />
                  </Link>
                ))}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
