import { Button, Group, Modal, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { problemAt } from '../../api/fault.js';
import { useAct } from '../../api/use-act.js';
import { UpdateConnectionDocument } from '../../gql/connections.js';
import { useDraft } from '../../session/use-draft.js';
import { FaultNotice } from '../../states/FaultNotice.js';
import type { Connection } from './connection.types.js';
import { fieldsOf, typedOf, valuesOf, type Typed } from './schema-fields.js';
import { SchemaFields } from './SchemaFields.js';

interface Props {
  readonly connection: Connection;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

interface Draft {
  readonly revision: number;
  readonly name: string;
  readonly settings: Typed;
}

const CREDENTIAL_CHOICES = [
  { value: 'KEEP', label: 'Leave it as it is' },
  { value: 'REPLACE', label: 'A new credential of its own' },
  { value: 'REMOVE', label: 'That of the service' },
];

/** Another name, other settings, another credential. What stays the same is not sent: other settings make a confirmation void. */
export function EditConnection({ connection, onClose, onDone }: Props) {
  const { id, provider, revision } = connection;
  const settings = fieldsOf(provider.connectionSettings);
  const credential = fieldsOf(provider.connectionCredential ?? {});
  const saved = typedOf(settings, connection.settings);
  const [draft, setDraft, discard] = useDraft<Draft>(`connection ${id}`, { revision, name: connection.name, settings: saved });
  const [choice, setChoice] = useState('KEEP');
  const [secret, setSecret] = useState<Typed>({});
  const { act, isUnderWay, fault } = useAct(UpdateConnectionDocument);
  const isOutdated = draft.revision !== revision;
  const isOther = settings.some(({ name }) => draft.settings[name] !== saved[name]);
  const close = (): void => {
    discard();
    onClose();
  };
  const save = async (): Promise<void> => {
    const done = await act({
      input: { id, revision: draft.revision, name: draft.name, ...(isOther && { settings: valuesOf(settings, draft.settings) }), ...(choice === 'REPLACE' && { credential: valuesOf(credential, secret) }), ...(choice === 'REMOVE' && { credential: null }) },
    });
    onDone();
    if (done) close();
  };
  return (
    <Modal opened onClose={close} title={`Edit ${connection.name}`} closeOnClickOutside={false} closeButtonProps={{ 'aria-label': 'Close' }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Stack>
          <TextInput label="Name" value={draft.name} onChange={({ currentTarget }) => setDraft({ ...draft, name: currentTarget.value })} error={problemAt(fault, 'input', 'name')} maxLength={200} required data-autofocus />
          <SchemaFields fields={settings} typed={draft.settings} onChange={(next) => setDraft({ ...draft, settings: next })} fault={fault} path={['input', 'settings']} />
          {credential.length > 0 && <NativeSelect label="Credential" description="It is never shown." value={choice} onChange={({ currentTarget }) => setChoice(currentTarget.value)} data={CREDENTIAL_CHOICES} />}
          {choice === 'REPLACE' && <SchemaFields fields={credential} typed={secret} onChange={setSecret} fault={fault} path={['input', 'credential']} isSecret />}
          {(isOther || choice !== 'KEEP') && <Text className="quiet">Somebody has to confirm again that API access was granted.</Text>}
          {fault && <FaultNotice fault={fault} order={3} />}
          {isOutdated && <Newer connection={connection} onKeepMine={() => setDraft({ ...draft, revision })} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Back
            </Button>
            <Button type="submit" loading={isUnderWay} disabled={isOutdated}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** Somebody saved meanwhile: what is there now, beside what was typed. */
function Newer({ connection: { name, settings }, onKeepMine }: { readonly connection: Connection; readonly onKeepMine: () => void }) {
  return (
    <Stack gap="xs" role="alert" align="flex-start" p="sm" style={{ borderLeft: '4px solid var(--busy)' }}>
      <Text>{`Somebody has saved it meanwhile. Now it is "${name}", ${JSON.stringify(settings)}.`}</Text>
      <Button variant="default" onClick={onKeepMine}>
        Go on with mine
      </Button>
    </Stack>
  );
}
