import { Button, Fieldset, Group, List, NumberInput, Stack, Text } from '@mantine/core';
import { problemAt } from '../../api/fault.js';
import { useAct } from '../../api/use-act.js';
import { useMay } from '../../api/viewer.js';
import { UpdateGuardrailsDocument, type LimitsFragment } from '../../gql/settings.js';
import { Box } from '../../parts/Box.js';
import { ContactFields, type ContactDraft } from '../../parts/ContactFields.js';
import { wordsOfDuration } from '../../parts/duration.js';
import { DurationInput } from '../../parts/DurationInput.js';
import { wordOf } from '../../parts/status.js';
import { useDraft } from '../../session/use-draft.js';
import { FaultNotice } from '../../states/FaultNotice.js';

interface Draft {
  readonly limit: string;
  readonly expiresAfter: string;
  readonly contacts: readonly ContactDraft[];
}

const draftOf = ({ maxTargetsPerHour, blastRadiusExpiresAfter, blastRadiusContacts }: LimitsFragment): Draft => ({
  limit: maxTargetsPerHour?.toString() ?? '',
  expiresAfter: blastRadiusExpiresAfter,
  contacts: blastRadiusContacts.map(({ channel, address, name }) => ({ channel, address, name: name ?? '' })),
});

/** How many targets may be changed within an hour before people are asked, and who. */
export function BlastRadius({ guardrails }: { readonly guardrails: LimitsFragment }) {
  const mayWrite = useMay()('guardrail:write');
  return (
    <Box title="Blast radius">
      <Text>Past so many targets within an hour, by all runs together, every further change waits for an approval.</Text>
      {mayWrite ? <BlastRadiusForm guardrails={guardrails} /> : <BlastRadiusFacts guardrails={guardrails} />}
    </Box>
  );
}

function BlastRadiusFacts({ guardrails: { maxTargetsPerHour, blastRadiusExpiresAfter, blastRadiusContacts } }: { readonly guardrails: LimitsFragment }) {
  return (
    <>
      <Text fw={600}>{maxTargetsPerHour == null ? 'No limit' : `${maxTargetsPerHour} targets an hour`}</Text>
      {blastRadiusContacts.length > 0 && (
        <List>
          {blastRadiusContacts.map(({ channel, address, name }) => (
            <List.Item key={address}>{`${name ?? address} (${wordOf(channel).toLowerCase()})`}</List.Item>
          ))}
        </List>
      )}
      <Text className="quiet">They have {wordsOfDuration(blastRadiusExpiresAfter)} to decide.</Text>
    </>
  );
}

function BlastRadiusForm({ guardrails }: { readonly guardrails: LimitsFragment }) {
  const saved = draftOf(guardrails);
  const [draft, setDraft, discard] = useDraft<Draft | null>('blast radius', null);
  const { act, isUnderWay, fault } = useAct(UpdateGuardrailsDocument);
  // What somebody else saves is shown as long as nothing is typed here.
  const shown = draft ?? saved;
  const set = (part: Partial<Draft>): void => setDraft({ ...shown, ...part });
  const forget = (): void => {
    setDraft(null);
    discard();
  };
  const save = async (): Promise<void> => {
    const done = await act({ input: { maxTargetsPerHour: shown.limit === '' ? null : Number(shown.limit), blastRadiusExpiresAfter: shown.expiresAfter, blastRadiusContacts: shown.contacts.map((contact) => ({ ...contact, name: contact.name || null })) } });
    if (done) forget();
  };
  return (
    <form
      aria-label="Blast radius"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Stack gap="sm" align="flex-start">
        <NumberInput label="Targets an hour" description="Empty: no limit. 0: people are asked about every change." value={shown.limit} onChange={(value) => set({ limit: String(value) })} error={problemAt(fault, 'input', 'maxTargetsPerHour')} min={0} max={1_000_000} allowDecimal={false} hideControls />
        <DurationInput label="Time to decide" description="1 second to 30 days; then it counts as not approved." value={shown.expiresAfter} onChange={(expiresAfter) => set({ expiresAfter })} error={problemAt(fault, 'input', 'blastRadiusExpiresAfter')} />
        <Fieldset legend="Who is asked" w="100%">
          <Stack gap="sm">
            {shown.contacts.length === 0 && <Text className="quiet">Nobody is told; whoever may decide approvals finds them in the list.</Text>}
            <ContactFields contacts={shown.contacts} onChange={(contacts) => set({ contacts })} problemAt={(...path) => problemAt(fault, 'input', 'blastRadiusContacts', ...path)} />
          </Stack>
        </Fieldset>
        {fault && <FaultNotice fault={fault} order={3} />}
        {draft && (
          <Group gap="sm">
            <Button type="submit" loading={isUnderWay}>
              Save
            </Button>
            <Button variant="default" onClick={forget}>
              Forget the changes
            </Button>
          </Group>
        )}
      </Stack>
    </form>
  );
}
