import { Table, Text } from '@mantine/core';
import { memo } from 'react';
import { Link } from 'react-router';
import type { TriggerRowFragment } from '../../gql/triggers.js';
import { Moment } from '../../parts/Moment.js';
import { OutcomeMark } from '../../parts/OutcomeMark.js';

export function TriggerTable({ triggers }: { readonly triggers: readonly TriggerRowFragment[] }) {
  return (
    <div className="scroll" role="region" aria-label="The triggers" tabIndex={0}>
      <Table highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Trigger</Table.Th>
            <Table.Th scope="col">Waits for</Table.Th>
            <Table.Th scope="col">State</Table.Th>
            <Table.Th scope="col">Starts</Table.Th>
            <Table.Th scope="col">Last firings</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {triggers.map((trigger) => (
            <TriggerRow key={trigger.id} trigger={trigger} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

const TriggerRow = memo(function TriggerRow({ trigger }: { readonly trigger: TriggerRowFragment }) {
  const { id, name, active, eventType, nextDueAt, playbooks, lastFirings } = trigger;
  return (
    <Table.Tr>
      <Table.Td>
        <Link to={`/triggers/${encodeURIComponent(id)}`}>{name}</Link>
      </Table.Td>
      <Table.Td>
        {eventType.title}
        {nextDueAt && (
          <Text size="sm" className="quiet">
            next at <Moment at={nextDueAt} />
          </Text>
        )}
      </Table.Td>
      <Table.Td>{active ? 'Active' : <span className="quiet">Inactive</span>}</Table.Td>
      <Table.Td>
        {playbooks.length === 0 && <span data-mood="bad">No playbook</span>}
        {playbooks.map((playbook) => (
          <div key={playbook.id}>
            <Link to={`/playbooks/${encodeURIComponent(playbook.id)}`}>{playbook.name}</Link>
          </div>
        ))}
      </Table.Td>
      <Table.Td>
        {lastFirings.length === 0 && <span className="quiet">None yet</span>}
        {lastFirings.map((firing) => (
          <div key={firing.id} title={firing.reason ?? undefined}>
            <Moment at={firing.at} /> <OutcomeMark outcome={firing.outcome} />{' '}
            {firing.runs.map((run) => (
              <Link key={run.id} to={`/runs/${encodeURIComponent(run.id)}`} aria-label={`The run against ${firing.target?.id ?? 'its target'}`}>
                {firing.target?.id ?? 'run'}
              </Link>
            ))}
          </div>
        ))}
      </Table.Td>
    </Table.Tr>
  );
});
