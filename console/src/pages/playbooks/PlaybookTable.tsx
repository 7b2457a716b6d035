import { Group, Stack, Table, Text } from '@mantine/core';
import { memo } from 'react';
import { Link } from 'react-router';
import type { PlaybookRowFragment } from '../../gql/playbooks.js';
import { Moment } from '../../parts/Moment.js';
import { StatusMark } from '../../parts/StatusMark.js';
import { ReadinessMark } from './ReadinessMark.js';
import { RunButton } from './run/RunButton.js';

export function PlaybookTable({ playbooks }: { readonly playbooks: readonly PlaybookRowFragment[] }) {
  return (
    <div className="scroll" role="region" aria-label="The playbooks" tabIndex={0}>
      <Table highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Playbook</Table.Th>
            <Table.Th scope="col">Readiness</Table.Th>
            <Table.Th scope="col">Last runs</Table.Th>
            <Table.Th scope="col">Run</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {playbooks.map((playbook) => (
            <PlaybookRow key={playbook.id} playbook={playbook} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

const PlaybookRow = memo(function PlaybookRow({ playbook }: { readonly playbook: PlaybookRowFragment }) {
  const { id, name, description, active, readiness, lastRuns } = playbook;
  return (
    <Table.Tr>
      <Table.Td miw="12rem">
        <Link to={`/playbooks/${encodeURIComponent(id)}`}>{name}</Link>
        {description && (
          <Text size="sm" className="quiet" lineClamp={2}>
            {description}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <ReadinessMark isActive={active} readiness={readiness} />
      </Table.Td>
      <Table.Td miw="14rem">
        <LastRuns runs={lastRuns} />
      </Table.Td>
      <Table.Td>
        <RunButton playbook={playbook} isSmall />
      </Table.Td>
    </Table.Tr>
  );
});

/** The newest one in words, those before it by their states. */
function LastRuns({ runs }: { readonly runs: PlaybookRowFragment['lastRuns'] }) {
  const [newest, ...before] = runs;
  if (!newest) return <span className="quiet">Never run</span>;
  return (
    <Stack gap={2}>
      <span>
        <StatusMark status={newest.status} /> <Link to={`/runs/${encodeURIComponent(newest.id)}`}>{newest.target.displayName}</Link>
        {newest.dryRun && <span className="quiet"> (dry run)</span>}, <Moment at={newest.createdAt} />
      </span>
      {before.length > 0 && (
        <Group gap="xs">
          <Text size="sm" className="quiet">
            before:
          </Text>
          {before.map(({ id, status }) => (
            <Link key={id} to={`/runs/${encodeURIComponent(id)}`}>
              <StatusMark status={status} size="xs" />
            </Link>
          ))}
        </Group>
      )}
    </Stack>
  );
}
