import { Button, Group, List, Stack, Text } from '@mantine/core';
import { useAct } from '../../../api/use-act.js';
import { useMay } from '../../../api/viewer.js';
import { CheckConnectionDocument, ConfirmConsentDocument } from '../../../gql/consent.js';
import type { ConnectionStateFragment } from '../../../gql/playbooks.js';
import { ConsentLink } from '../../../parts/consent/ConsentLink.js';
import { GrantedBox } from '../../../parts/consent/GrantedBox.js';
import { FaultNotice } from '../../../states/FaultNotice.js';
import { AccessMark } from './AccessMark.js';

interface Props {
  readonly connection: ConnectionStateFragment;
  readonly onChanged: () => void;
  readonly onDone: () => void;
}

/** What a tenant's administrators have granted, live; the link that asks them; the box that somebody ticks who has seen it. */
export function Access({ connection, onChanged, onDone }: Props) {
  const mayConsent = useMay()('connection:consent');
  const check = useAct(CheckConnectionDocument);
  const confirm = useAct(ConfirmConsentDocument);
  const { id, health, consent } = connection;
  const checkNow = async (): Promise<void> => {
    confirm.reset();
    await check.act({ input: { connectionId: id } });
    onChanged();
  };
  const confirmNow = async (): Promise<void> => {
    check.reset();
    await confirm.act({ input: { connectionId: id } });
    onChanged();
  };
  const fault = confirm.fault ?? check.fault;
  return (
    <Stack>
      <div role="status" aria-live="polite">
        <AccessMark connection={connection} />
        {health.problem && <Text>{health.problem}</Text>}
      </div>
      <Missing missing={consent.missing} />
      {mayConsent && consent.status !== 'GRANTED' && <ConsentLink key={consent.status} connectionId={id} />}
      <GrantedBox consent={consent} isUnderWay={confirm.isUnderWay} mayConsent={mayConsent} onConfirm={() => void confirmNow()} />
      {fault && <FaultNotice fault={fault} order={3} />}
      {consent.privilegedRole && <PrivilegedRole role={consent.privilegedRole} />}
      <Group justify="flex-end">
        {mayConsent && (
          <Button variant="default" loading={check.isUnderWay} onClick={() => void checkNow()}>
            Check now
          </Button>
        )}
        <Button onClick={onDone}>Done</Button>
      </Group>
    </Stack>
  );
}

function Missing({ missing }: Pick<ConnectionStateFragment['consent'], 'missing'>) {
  if (missing.length === 0) return null;
  return (
    <div>
      <Text fw={600}>Missing permissions</Text>
      <List size="sm">
        {missing.map(({ name, reason }) => (
          <List.Item key={name}>
            <code>{name}</code>: {reason}
          </List.Item>
        ))}
      </List>
    </div>
  );
}

function PrivilegedRole({ role: { name, held, instructions } }: { readonly role: NonNullable<ConnectionStateFragment['consent']['privilegedRole']> }) {
  if (held === true) return <Text size="sm">The role {name} is assigned: users with an administrative role can be acted on, too.</Text>;
  return (
    <div>
      <Text fw={600}>For users with an administrative role: {name}</Text>
      <Text size="sm">{held === false ? 'It is not assigned.' : 'Whether it is assigned could not be read yet.'}</Text>
      <Text size="sm">{instructions}</Text>
    </div>
  );
}
