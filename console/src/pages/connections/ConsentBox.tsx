import { Anchor, Button, Checkbox, CopyButton, Group, List, Stack, Table, Text } from '@mantine/core';
import { useAct } from '../../api/use-act.js';
import { useMay } from '../../api/viewer.js';
import { ConfirmConsentDocument, type ConsentStatus } from '../../gql/connections.js';
import { nameOfActor } from '../../parts/actor.js';
import { Box } from '../../parts/Box.js';
import { Moment } from '../../parts/Moment.js';
import { StatusMark } from '../../parts/StatusMark.js';
import { FaultNotice } from '../../states/FaultNotice.js';
import type { Connection } from './connection.types.js';
import { useConsentLink } from './use-consent-link.js';

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
      <ConsentLinkBox connection={connection} />
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

function ConsentLinkBox({ connection: { id, consent, provider } }: { readonly connection: Connection }) {
  const isAsked = useMay()('connection:consent') && consent.status !== 'GRANTED';
  const { url, fault, renew } = useConsentLink(id, consent.status, isAsked);
  if (!isAsked) return null;
  if (fault) return <FaultNotice fault={fault} onRetry={renew} order={3} />;
  if (url === undefined) return null;
  return (
    <Stack gap="xs" align="flex-start">
      <Anchor href={url} target="_blank" rel="noreferrer" fw={600}>
        Open the consent page of {provider.title} (new tab)
      </Anchor>
      <Text className="quiet">Or send it to an administrator of the tenant. It is good for one answer within an hour.</Text>
      <Group gap="sm">
        <CopyButton value={url}>
          {({ copied, copy }) => (
            <Button variant="default" onClick={copy}>
              {copied ? 'Copied' : 'Copy consent link'}
            </Button>
          )}
        </CopyButton>
        <Button variant="subtle" onClick={renew}>
          New link
        </Button>
      </Group>
    </Stack>
  );
}

/** The box "API access granted": somebody says that it was granted, and the service looks whether that is true. */
function AccessGranted({ connection: { id, consent }, onDone }: { readonly connection: Connection; readonly onDone: () => void }) {
  const may = useMay();
  const { act, isUnderWay, fault } = useAct(ConfirmConsentDocument);
  const confirm = async (): Promise<void> => {
    await act({ input: { connectionId: id } });
    onDone();
  };
  return (
    <Stack gap="xs">
      <Checkbox label="API access granted" description="The service looks whether it is true." checked={consent.confirmed} disabled={consent.confirmed || isUnderWay || !may('connection:consent')} onChange={() => void confirm()} />
      {consent.confirmed && consent.confirmedAt && (
        <Text className="quiet" size="sm">
          Confirmed{consent.confirmedBy && ` by ${nameOfActor(consent.confirmedBy)}`}, <Moment at={consent.confirmedAt} />
        </Text>
      )}
      {fault && !consent.confirmed && <FaultNotice fault={fault} order={3} />}
    </Stack>
  );
}
