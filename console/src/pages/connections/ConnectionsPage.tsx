import { Button, Group, Stack, Table, Text, Title } from '@mantine/core';
import { Link } from 'react-router';
import { usePoll } from '../../api/use-poll.js';
import { useRead } from '../../api/use-read.js';
import { useMay } from '../../api/viewer.js';
import { ConnectionsDocument, type ConnectionsQuery } from '../../gql/connections.js';
import { StatusMark } from '../../parts/StatusMark.js';
import { Empty } from '../../states/Empty.js';
import { Shown } from '../../states/Shown.js';
import { HealthMark } from './HealthMark.js';

/** The tenants that may be acted on, and whether each works. */
export function Component() {
  const read = useRead(ConnectionsDocument, {});
  const may = useMay();
  usePoll(5_000, read.refresh);
  return (
    <Stack>
      <title>Connections · Countermeasure</title>
      <Group justify="space-between">
        <Title order={1}>Connections</Title>
        {may('connection:write') && (
          <Button component={Link} to="/connections/new">
            New connection
          </Button>
        )}
      </Group>
      <Shown read={read}>
        {({ connections }) =>
          connections.length === 0 ? (
            <Empty title="There are no connections yet">{may('connection:write') ? 'Connect a tenant, so that playbooks can act on its users.' : 'An administrator connects a tenant; then playbooks can act on its users.'}</Empty>
          ) : (
            <ConnectionTable connections={connections} />
          )
        }
      </Shown>
    </Stack>
  );
}

function ConnectionTable({ connections }: { readonly connections: ConnectionsQuery['connections'] }) {
  return (
    <div className="scroll" role="region" aria-label="The connections" tabIndex={0}>
      <Table highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Name</Table.Th>
            <Table.Th scope="col">Provider</Table.Th>
            <Table.Th scope="col">Works</Table.Th>
            <Table.Th scope="col">Consent</Table.Th>
            <Table.Th scope="col">Event feeds</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {connections.map(({ id, name, provider, health, consent, feeds }) => (
            <Table.Tr key={id}>
              <Table.Td>
                <Link to={`/connections/${encodeURIComponent(id)}`}>{name}</Link>
              </Table.Td>
              <Table.Td>{provider.title}</Table.Td>
              <Table.Td miw="14rem">
                <HealthMark health={health} />
                {[health.problem, ...health.warnings].map((text) => text && <Text key={text} size="sm">{text}</Text>)}
              </Table.Td>
              <Table.Td>
                <StatusMark status={consent.status} />
                {consent.missing.length > 0 && <Text size="sm">{consent.missing.length} missing</Text>}
                {consent.status === 'GRANTED' && !consent.confirmed && <Text size="sm">not confirmed</Text>}
              </Table.Td>
              <Table.Td>{feedsInWords(feeds)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function feedsInWords(feeds: ConnectionsQuery['connections'][number]['feeds']): string {
  const active = feeds.filter((feed) => feed.active);
  const failing = active.filter(({ problem }) => problem).length;
  return `${active.length === 0 ? 'none' : `${active.length} on`}${failing > 0 ? `, ${failing} failing` : ''}`;
}
