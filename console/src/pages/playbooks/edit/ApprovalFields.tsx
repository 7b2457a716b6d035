import { Button, Checkbox, Fieldset, Group, NativeSelect, NumberInput, Stack, Text, TextInput } from '@mantine/core';
import { DurationInput } from '../../../parts/DurationInput.js';
import type { ApprovalDraft, ContactDraft } from './draft.js';

interface Props {
  readonly approval: ApprovalDraft;
  readonly onChange: (approval: ApprovalDraft) => void;
  readonly problemAt: (...path: readonly (string | number)[]) => string | undefined;
}

const CHANNELS: { value: ContactDraft['channel']; label: string; address: string }[] = [
  { value: 'EMAIL', label: 'E-mail', address: 'E-mail address' },
  { value: 'SLACK', label: 'Slack', address: 'URL of the incoming webhook' },
  { value: 'TEAMS', label: 'Microsoft Teams', address: 'URL of the incoming webhook' },
  { value: 'WEBHOOK', label: 'Signed webhook', address: 'https URL' },
];

const NEW_CONTACT: ContactDraft = { channel: 'EMAIL', address: '', name: '' };

/** Who is asked, how many of them have to approve, and how long they have. */
export function ApprovalFields({ approval, onChange, problemAt }: Props) {
  const { contacts, quorum } = approval;
  const set = (part: Partial<ApprovalDraft>): void => onChange({ ...approval, ...part });
  const problem = problemAt('contacts');
  return (
    <Fieldset legend="Approval">
      <Stack gap="sm">
        {contacts.map((contact, index) => (
          // A contact has no name of its own; it is what stands at its place.
          <Contact key={index} number={index + 1} contact={contact} onChange={(next) => set({ contacts: contacts.with(index, next) })} onRemove={() => set({ contacts: contacts.toSpliced(index, 1) })} problemAt={(field) => problemAt('contacts', index, field)} />
        ))}
        {problem && <Text data-mood="bad">{problem}</Text>}
        <Button variant="default" onClick={() => set({ contacts: [...contacts, NEW_CONTACT] })} style={{ alignSelf: 'flex-start' }}>
          Add contact
        </Button>
        <NumberInput label="How many must approve" description="One denial ends it." value={quorum} min={1} clampBehavior="none" allowDecimal={false} allowNegative={false} onChange={(next) => typeof next === 'number' && set({ quorum: next })} error={problemAt('quorum')} />
        <DurationInput label="Time to decide" description="1 second to 30 days; then it counts as not approved." value={approval.expiresAfter} onChange={(expiresAfter) => set({ expiresAfter })} error={problemAt('expiresAfter')} />
        <Checkbox label="Whoever starts the run may approve it, too" checked={approval.allowSelfApproval} onChange={({ currentTarget }) => set({ allowSelfApproval: currentTarget.checked })} />
      </Stack>
    </Fieldset>
  );
}

interface ContactProps {
  readonly number: number;
  readonly contact: ContactDraft;
  readonly onChange: (contact: ContactDraft) => void;
  readonly onRemove: () => void;
  readonly problemAt: (field: string) => string | undefined;
}

function Contact({ number, contact, onChange, onRemove, problemAt }: ContactProps) {
  const { channel, address, name } = contact;
  const set = (part: Partial<ContactDraft>): void => onChange({ ...contact, ...part });
  return (
    <Group role="group" aria-label={`Contact ${number}`} align="flex-start" gap="sm">
      <NativeSelect label="Channel" value={channel} onChange={({ currentTarget }) => set({ channel: currentTarget.value as ContactDraft['channel'] })} data={CHANNELS.map(({ value, label }) => ({ value, label }))} error={problemAt('channel')} />
      <TextInput label={CHANNELS.find(({ value }) => value === channel)?.address ?? 'Address'} value={address} onChange={({ currentTarget }) => set({ address: currentTarget.value })} error={problemAt('address')} maxLength={2_000} required style={{ flex: '1 1 14rem' }} />
      <TextInput label="Name" value={name} onChange={({ currentTarget }) => set({ name: currentTarget.value })} error={problemAt('name')} maxLength={200} style={{ flex: '1 1 8rem' }} />
      <Button variant="default" mt={26} onClick={onRemove} aria-label={`Remove contact ${number}`}>
        Remove
      </Button>
    </Group>
  );
}
