import { Button, Fieldset, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { problemAt, type Fault } from '../../api/fault.js';
import type { ApprovalContactInput, ContactChannel } from '../../gql/settings.js';
import { wordOf } from '../../parts/status.js';

interface Props {
  readonly contacts: readonly ApprovalContactInput[];
  readonly onChange: (contacts: readonly ApprovalContactInput[]) => void;
  readonly fault: Fault | undefined;
}

const CHANNELS: readonly ContactChannel[] = ['EMAIL', 'SLACK', 'TEAMS', 'WEBHOOK'];

/** Who is asked, and how they are reached. */
export function ContactFields({ contacts, onChange, fault }: Props) {
  const set = (index: number, part: Partial<ApprovalContactInput>): void => onChange(contacts.map((contact, place) => (place === index ? { ...contact, ...part } : contact)));
  return (
    <Fieldset legend="Who is asked" w="100%">
      <Stack gap="sm">
        {contacts.length === 0 && <Text className="quiet">Nobody is told; whoever may decide approvals finds them in the list.</Text>}
        {contacts.map(({ channel, address, name }, index) => (
          <Group key={index} align="flex-end">
            <NativeSelect label="By" value={channel} onChange={({ currentTarget }) => set(index, { channel: currentTarget.value as ContactChannel })} data={CHANNELS.map((value) => ({ value, label: value === 'EMAIL' ? 'E-mail' : wordOf(value) }))} />
            <TextInput label="Address" value={address} onChange={({ currentTarget }) => set(index, { address: currentTarget.value })} error={problemAt(fault, 'input', 'blastRadiusContacts', index, 'address')} required style={{ flexGrow: 1 }} />
            <TextInput label="Name" value={name ?? ''} onChange={({ currentTarget }) => set(index, { name: currentTarget.value || null })} error={problemAt(fault, 'input', 'blastRadiusContacts', index, 'name')} />
            <Button variant="default" onClick={() => onChange(contacts.filter((_, place) => place !== index))} aria-label={`Remove ${address || 'this contact'}`}>
              Remove
            </Button>
          </Group>
        ))}
        <Group>
          <Button variant="default" onClick={() => onChange([...contacts, { channel: 'EMAIL', address: '', name: null }])}>
            Add a contact
          </Button>
        </Group>
      </Stack>
    </Fieldset>
  );
}
