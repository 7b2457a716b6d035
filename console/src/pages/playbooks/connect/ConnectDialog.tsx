import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { problemAt } from '../../../api/fault.js';
import { useAct } from '../../../api/use-act.js';
import { ConnectTenantDocument, type CatalogueQuery, type ConnectionStateFragment } from '../../../gql/playbooks.js';
import { SchemaForm } from '../../../parts/schema-form/SchemaForm.js';
import type { Value } from '../../../parts/schema-form/schema.js';
import { useDraft } from '../../../session/use-draft.js';
import { FaultNotice } from '../../../states/FaultNotice.js';
import { Access } from './Access.js';

interface Props {
  readonly provider: CatalogueQuery['providers'][number];
  readonly connections: readonly ConnectionStateFragment[];
  readonly onConnected: (connection: ConnectionStateFragment) => void;
  readonly onChanged: () => void;
  readonly onClose: () => void;
}

/** Connects a tenant in place, and goes on to what its administrators have to grant. */
export function ConnectDialog({ provider, connections, onConnected, onChanged, onClose }: Props) {
  const [made, setMade] = useState<ConnectionStateFragment>();
  const connection = connections.find(({ id }) => id === made?.id) ?? made;
  return (
    <Modal opened onClose={onClose} title={connection ? `Access to ${connection.name}` : `Connect a tenant of ${provider.title}`} size="lg" closeButtonProps={{ 'aria-label': 'Close' }}>
      {connection ? (
        <Access connection={connection} onChanged={onChanged} onDone={onClose} />
      ) : (
        <ConnectForm
          provider={provider}
          onConnected={(next) => {
            setMade(next);
            onConnected(next);
          }}
          onClose={onClose}
        />
      )}
    </Modal>
  );
}

function ConnectForm({ provider, onConnected, onClose }: Pick<Props, 'provider' | 'onConnected' | 'onClose'>) {
  const [{ name, settings }, change, discard] = useDraft<{ name: string; settings: Value }>(`connection ${provider.id}`, { name: '', settings: {} });
  const { act, isUnderWay, fault } = useAct(ConnectTenantDocument);
  const connect = async (): Promise<void> => {
    const done = await act({ input: { provider: provider.id, name: name.trim(), settings } });
    if (!done) return;
    discard();
    onConnected(done.createConnection.connection);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void connect();
      }}
    >
      <Stack>
        <TextInput label="Name of the connection" description="For people, such as the name of the company." value={name} onChange={({ currentTarget }) => change({ name: currentTarget.value, settings })} error={problemAt(fault, 'input', 'name')} maxLength={200} required data-autofocus />
        <SchemaForm schema={provider.connectionSettings} value={settings} onChange={(next) => change({ name, settings: next })} problemAt={(path) => problemAt(fault, 'input', 'settings', ...path)} />
        {fault && <FaultNotice fault={fault} order={3} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Back
          </Button>
          <Button type="submit" loading={isUnderWay}>
            Connect
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
