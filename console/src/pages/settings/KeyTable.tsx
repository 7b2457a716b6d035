import { Button, Table, Text } from '@mantine/core';
import type { ApiKeysQuery } from '../../gql/settings.js';
import { Moment } from '../../parts/Moment.js';
import { wordOf } from '../../parts/status.js';
import { stateOf, type ApiKey } from './keys.js';

interface Props {
  readonly data: ApiKeysQuery;
  readonly onRevoke: ((apiKey: ApiKey) => void) | undefined;
}

const MOODS = { ACTIVE: 'good', REVOKED: 'quiet', EXPIRED: 'quiet' } as const;

export function KeyTable({ data, onRevoke }: Props) {
  const names = new Map([...data.playbooks.nodes, ...data.connections].map(({ id, name }) => [id, name]));
  return (
    <div className="scroll" role="region" aria-label="The keys" tabIndex={0}>
      <Table highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Name</Table.Th>
            <Table.Th scope="col">State</Table.Th>
            <Table.Th scope="col">Roles</Table.Th>
            <Table.Th scope="col">Limited to</Table.Th>
            <Table.Th scope="col">Last used</Table.Th>
            <Table.Th scope="col">Ends</Table.Th>
            {onRevoke && <Table.Th scope="col">Change</Table.Th>}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {data.apiKeys.map((key) => (
            <KeyRow key={key.id} apiKey={key} nameOf={(id) => names.get(id) ?? id} onRevoke={onRevoke} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function KeyRow({ apiKey, nameOf, onRevoke }: { readonly apiKey: ApiKey; readonly nameOf: (id: string) => string; readonly onRevoke: Props['onRevoke'] }) {
  const { name, prefix, email, roles, playbookIds, connectionIds, lastUsedAt, expiresAt } = apiKey;
  const state = stateOf(apiKey);
  const limits = [...(playbookIds ?? []), ...(connectionIds ?? [])].map(nameOf);
  return (
    <Table.Tr>
      <Table.Td>
        {name}
        <Text size="sm" className="quiet">
          {prefix}…{email && `, ${email}`}
        </Text>
      </Table.Td>
      <Table.Td>
        <Text component="span" fw={700} size="sm" data-mood={MOODS[state]}>
          {wordOf(state)}
        </Text>
      </Table.Td>
      <Table.Td>{roles?.map(wordOf).join(', ')}</Table.Td>
      <Table.Td>{limits.length === 0 ? 'no limits' : limits.join(', ')}</Table.Td>
      <Table.Td>{lastUsedAt ? <Moment at={lastUsedAt} /> : 'never'}</Table.Td>
      <Table.Td>{expiresAt ? <Moment at={expiresAt} /> : 'never'}</Table.Td>
      {onRevoke && (
        <Table.Td>
          {state === 'ACTIVE' && (
            <Button variant="subtle" size="compact-sm" onClick={() => onRevoke(apiKey)} aria-label={`Revoke ${name}`}>
              Revoke
            </Button>
          )}
        </Table.Td>
      )}
    </Table.Tr>
  );
}
