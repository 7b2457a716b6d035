import { Button, Group, NativeSelect, Text, TextInput } from '@mantine/core';

/** Somebody to ask, as it is typed. */
export interface ContactDraft {
  readonly channel: 'EMAIL' | 'SLACK' | 'TEAMS' | 'WEBHOOK';
  readonly address: string;
  readonly name: string;
}

interface Props {
  readonly contacts: readonly ContactDraft[];
  readonly onChange: (contacts: readonly ContactDraft[]) => void;
  /** What the service says about the list, or about a field of the contact at a place of it. */
  readonly problemAt: (...path: readonly (string | number)[]) => string | undefined;
}

const CHANNELS: { value: ContactDraft['channel']; label: string; address: string }[] = [
  { value: 'EMAIL', label: 'E-mail', address: 'E-mail address' },
  { value: 'SLACK', label: 'Slack', address: 'URL of the incoming webhook' },
  { value: 'TEAMS', label: 'Microsoft Teams', address: 'URL of the incoming webhook' },
  { value: 'WEBHOOK', label: 'Signed webhook', address: 'https URL' },
];

const NEW_CONTACT: ContactDraft = { channel: 'EMAIL', address: '', name: '' };

/** Who is asked, and how they are reached. */
export function ContactFields({ contacts, onChange, problemAt }: Props) {
  const problem = problemAt();
  return (
    <>
      {contacts.map((contact, index) => (
        // A contact has no name of its own; it is what stands at its place.
        <Contact key={index} number={index + 1} contact={contact} onChange={(next) => onChange(contacts.with(index, next))} onRemove={() => onChange(contacts.toSpliced(index, 1))} problemAt={(field) => problemAt(index, field)} />
      ))}
      {problem && <Text data-mood="bad">{problem}</Text>}
      <Button variant="default" onClick={() => onChange([...contacts, NEW_CONTACT])} style={{ alignSelf: 'flex-start' }}>
        Add contact
      </Button>
    </>
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
