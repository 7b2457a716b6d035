import { Table } from '@mantine/core';
import { memo } from 'react';
import { Link } from 'react-router';
import type { RunRowFragment } from '../../gql/runs.js';
import { nameOfActor } from '../../parts/actor.js';
import { Moment } from '../../parts/Moment.js';
import { StatusMark } from '../../parts/StatusMark.js';

export function RunTable({ runs }: { readonly runs: readonly RunRowFragment[] }) {
  return (
    <div className="scroll" role="region" aria-label="The runs" tabIndex={0}>
      <Table highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Status</Table.Th>
            <Table.Th scope="col">Playbook</Table.Th>
            <Table.Th scope="col">Target</Table.Th>
            <Table.Th scope="col">Started by</Table.Th>
            <Table.Th scope="col">Started</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {runs.map((run) => (
            <RunRow key={run.id} run={run} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

const RunRow = memo(function RunRow({ run }: { readonly run: RunRowFragment }) {
  return (
    <Table.Tr>
      <Table.Td>
        <StatusMark status={run.status} />
        {run.paused && <span className="quiet"> (paused)</span>}
      </Table.Td>
      <Table.Td>
        <Link to={`/runs/${encodeURIComponent(run.id)}`}>{run.playbook.name}</Link>
        {run.dryRun && <span className="quiet"> (dry run)</span>}
      </Table.Td>
      <Table.Td>{run.target.displayName}</Table.Td>
      <Table.Td>{nameOfActor(run.startedBy)}</Table.Td>
      <Table.Td>
        <Moment at={run.createdAt} />
      </Table.Td>
    </Table.Tr>
  );
});
