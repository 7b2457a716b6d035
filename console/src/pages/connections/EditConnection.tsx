import { Button, Group, Modal, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { problemAt } from '../../api/fault.js';
import { useAct } from '../../api/use-act.js';
import { UpdateConnectionDocument } from '../../gql/connections.js';
import { SchemaForm } from '../../parts/schema-form/SchemaForm.js';
import { labelOf, type Schema, type Value } from '../../parts/schema-form/schema.js';
import { TwoVersions } from '../../parts/TwoVersions.js';
import { useDraft } from '../../session/use-draft.js';
import { FaultNotice } from '../../states/FaultNotice.js';
import type { Connection } from './connection.types.js';
import { textOf } from './setting-text.js';

interface Props {
  readonly connection: Connection;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

interface Draft {
  readonly revision: number;
  readonly name: string;
  readonly settings: Value;
}

const CREDENTIAL_CHOICES = [
  { value: 'KEEP', label: 'Leave it as it is' },
  { value: 'REPLACE', label: 'A new credential of its own' },
  { value: 'REMOVE', label: 'That of the service' },
];

const draftOf = ({ revision, name, settings }: Connection): Draft => ({ revision, name, settings });

/** Another name, other settings, another credential. What stays the same is not sent: other settings make a confirmation void. */
export function EditConnection({ connection, onClose, onDone }: Props) {
  const { id, provider, revision } = connection;
  const [draft, setDraft, discard] = useDraft<Draft>(`connection ${id}`, draftOf(connection));
  const [choice, setChoice] = useState('KEEP');
  const [secret, setSecret] = useState<Value>({});
  const { act, isUnderWay, fault, reset } = useAct(UpdateConnectionDocument);
  const isOutdated = draft.revision !== revision;
  const differences = differencesOf(draft, connection);
  const isOther = differences.some(({ name }) => name !== 'Name');
  const close = (): void => {
    discard();
    onClose();
  };
  const goOn = (next: Draft): void => {
    setDraft(next);
    reset();
  };
  const save = async (): Promise<void> => {
    const credential = { KEEP: {}, REPLACE: { credential: secret }, REMOVE: { credential: null } }[choice];
    const done = await act({ input: { id, revision: draft.revision, name: draft.name, ...(isOther && { settings: draft.settings }), ...credential } });
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
          <SchemaForm schema={provider.connectionSettings} value={draft.settings} onChange={(settings) => setDraft({ ...draft, settings })} problemAt={(path) => problemAt(fault, 'input', 'settings', ...path)} />
          {provider.connectionCredential && <NativeSelect label="Credential" description="It is never shown." value={choice} onChange={({ currentTarget }) => setChoice(currentTarget.value)} data={CREDENTIAL_CHOICES} />}
          {provider.connectionCredential && choice === 'REPLACE' && <SchemaForm schema={provider.connectionCredential} value={secret} onChange={setSecret} problemAt={(path) => problemAt(fault, 'input', 'credential', ...path)} isSecret />}
          {(isOther || choice !== 'KEEP') && <Text className="quiet">Somebody has to confirm again that API access was granted.</Text>}
          {isOutdated ? <TwoVersions differences={differences} onKeepMine={() => goOn({ ...draft, revision })} onTakeSaved={() => goOn(draftOf(connection))} /> : fault && <FaultNotice fault={fault} order={3} />}
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

/** What was typed beside what is saved, where they differ. */
function differencesOf(draft: Draft, { name, settings, provider }: Connection): { name: string; mine: string; saved: string }[] {
  const { properties = {} } = provider.connectionSettings as Schema;
  const names = [...new Set([...Object.keys(draft.settings), ...Object.keys(settings)])];
  const pairs = [{ name: 'Name', mine: draft.name, saved: name }, ...names.map((key) => ({ name: labelOf(key, properties[key] ?? {}), mine: textOf(draft.settings[key]), saved: textOf(settings[key]) }))];
  return pairs.filter(({ mine, saved }) => mine !== saved);
}
