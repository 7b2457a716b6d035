import { Button, Checkbox, Group, Modal, MultiSelect, Stack, TextInput } from '@mantine/core';
import { problemAt } from '../../api/fault.js';
import { useAct } from '../../api/use-act.js';
import { CreateApiKeyDocument, type ApiKeysQuery, type Role } from '../../gql/settings.js';
import { useDraft } from '../../session/use-draft.js';
import { FaultNotice } from '../../states/FaultNotice.js';

interface Props {
  readonly data: ApiKeysQuery;
  readonly onClose: () => void;
  readonly onMade: (key: { readonly name: string; readonly secret: string }) => void;
}

const ROLES: readonly (readonly [Role, string, string])[] = [
  ['VIEWER', 'Viewer', 'Sees what happens.'],
  ['RESPONDER', 'Responder', 'Starts, cancels and undoes runs; pauses all runs.'],
  ['APPROVER', 'Approver', 'Approves and denies; pauses all runs.'],
  ['AUTHOR', 'Author', 'Writes playbooks and triggers.'],
  ['ADMIN', 'Admin', 'Everything.'],
];

const NOTHING = { name: '', roles: [] as readonly Role[], email: '', expiresOn: '', playbookIds: [] as readonly string[], connectionIds: [] as readonly string[] };

const optionsOf = (things: readonly { readonly id: string; readonly name: string }[]) => things.map(({ id, name }) => ({ value: id, label: name }));

/** Makes a key: what for, what it may do, and on what. */
export function CreateKey({ data, onClose, onMade }: Props) {
  const [draft, setDraft, discard] = useDraft('new key', NOTHING);
  const { act, isUnderWay, fault } = useAct(CreateApiKeyDocument);
  const set = (part: Partial<typeof NOTHING>): void => setDraft({ ...draft, ...part });
  const at = (name: string): string | undefined => problemAt(fault, 'input', name);
  const close = (): void => {
    discard();
    onClose();
  };
  const create = async (): Promise<void> => {
    const { name, roles, email, expiresOn, playbookIds, connectionIds } = draft;
    const done = await act({
      input: {
        name, roles, email: email.trim() || null,
        // To the end of that day, as the clock of whoever makes it shows it.
        expiresAt: expiresOn === '' ? null : new Date(`${expiresOn}T23:59:59`).toISOString(),
        playbookIds: playbookIds.length > 0 ? playbookIds : null,
        connectionIds: connectionIds.length > 0 ? connectionIds : null,
      },
    });
    if (!done) return;
    discard();
    onMade({ name, secret: done.createApiKey.secret });
  };
  return (
    <Modal opened onClose={close} title="New key" closeOnClickOutside={false} closeButtonProps={{ 'aria-label': 'Close' }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void create();
        }}
      >
        <Stack>
          <TextInput label="Name" description="What it is for." value={draft.name} onChange={({ currentTarget }) => set({ name: currentTarget.value })} error={at('name')} maxLength={200} required data-autofocus />
          <Checkbox.Group label="Roles" value={[...draft.roles]} onChange={(roles) => set({ roles })} error={at('roles')}>
            <Stack gap="xs" pt="xs">
              {ROLES.map(([role, title, text]) => (
                <Checkbox key={role} value={role} label={title} description={text} />
              ))}
            </Stack>
          </Checkbox.Group>
          <TextInput label="Mail address" description="Of whoever holds it: in approvals the key and the contact of that address are one person." type="email" value={draft.email} onChange={({ currentTarget }) => set({ email: currentTarget.value })} error={at('email')} />
          <TextInput label="Ends after" description="Empty: never." type="date" value={draft.expiresOn} onChange={({ currentTarget }) => set({ expiresOn: currentTarget.value })} error={at('expiresAt')} />
          <MultiSelect label="Only these playbooks" description="None: all of them." data={optionsOf(data.playbooks.nodes)} value={[...draft.playbookIds]} onChange={(playbookIds) => set({ playbookIds })} error={at('playbookIds')} searchable />
          <MultiSelect label="Only these connections" description="None: all of them." data={optionsOf(data.connections)} value={[...draft.connectionIds]} onChange={(connectionIds) => set({ connectionIds })} error={at('connectionIds')} searchable />
          {fault && <FaultNotice fault={fault} order={3} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Back
            </Button>
            <Button type="submit" loading={isUnderWay}>
              Make the key
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
