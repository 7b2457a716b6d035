import { List, Table, Text } from '@mantine/core';
import { useAct } from '../../api/use-act.js';
import { useMay } from '../../api/viewer.js';
import type { ConsentStatus } from '../../gql/connections.js';
import { ConfirmConsentDocument } from '../../gql/consent.js';
import { Box } from '../../parts/Box.js';
import { ConsentLink } from '../../parts/consent/ConsentLink.js';
import { GrantedBox } from '../../parts/consent/GrantedBox.js';
import { StatusMark } from '../../parts/StatusMark.js';
import { FaultNotice } from '../../states/FaultNotice.js';
import type { Connection } from './connection.types.js';

const EXPLAINED: Readonly<Record<ConsentStatus, string>> = {
  REQUIRED: 'Nobody has granted anything yet. An administrator of the tenant opens the consent link.',
  PENDING: 'An administrator has accepted. The provider takes some minutes until it works; it is looked at again by itself.',
  GRANTED: 'Everything that the steps need was granted.',
  INSUFFICIENT: 'Not everything that the steps need was granted: see what is missing.',
  REVOKED: 'What was granted has been taken away. An administrator of the tenant opens the consent link again.',
};

/** What the steps need of the tenant and what its administrators have granted; the link that asks them. */
export function ConsentBox({ connection, onDone }: { readonly connection: Connection; readonly onDone: () => void }) {
  const { consent } = connection;
  const isExtra = (name: string): boolean => consent.required.every((permission) => permission.name !== name);
  const extra = consent.granted.filter(isExtra);
  return (
    <Box title="Consent">
      <Text role="status" aria-live="polite">
        <StatusMark status={consent.status} /> {EXPLAINED[consent.status]}
      </Text>
      {consent.required.length === 0 ? <Text className="quiet">No step uses this connection yet, so nothing is needed.</Text> : <PermissionTable consent={consent} />}
      {extra.length > 0 && (
        <details>
          <summary>Granted and not needed ({extra.length})</summary>
          <List>
            {extra.map((name) => (
              <List.Item key={name}>{name}</List.Item>
            ))}
          </List>
        </details>
      )}
      <AccessGranted connection={connection} onDone={onDone} />
    </Box>
  );
}

function PermissionTable({ consent }: { readonly consent: Connection['consent'] }) {
  const missing = new Set(consent.missing.map(({ name }) => name));
  return (
    <div className="scroll" role="region" aria-label="The permissions" tabIndex={0}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Permission</Table.Th>
            <Table.Th scope="col">Is</Table.Th>
            <Table.Th scope="col">Needed for</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {consent.required.map(({ name, reason }) => (
            <Table.Tr key={name}>
              <Table.Td>{name}</Table.Td>
              <Table.Td>
                <Text component="span" size="sm" fw={700} data-mood={missing.has(name) ? 'bad' : 'good'}>
                  {missing.has(name) ? 'Missing' : 'Granted'}
                </Text>
              </Table.Td>
              <Table.Td>{reason}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

/** The box "API access granted": somebody says that it was granted, and the service looks whether that is true. */
function AccessGranted({ connection: { id, consent }, onDone }: { readonly connection: Connection; readonly onDone: () => void }) {
  const mayConsent = useMay()('connection:consent');
  const { act, isUnderWay, fault } = useAct(ConfirmConsentDocument);
  const confirm = async (): Promise<void> => {
    await act({ input: { connectionId: id } });
    onDone();
  };
  return (
    <>
      {mayConsent && consent.status !== 'GRANTED' && <ConsentLink key={consent.status} connectionId={id} />}
      <GrantedBox consent={consent} isUnderWay={isUnderWay} mayConsent={mayConsent} onConfirm={() => void confirm()} />
      {fault && !consent.confirmed && <FaultNotice fault={fault} order={3} />}
    </>
  );
}
