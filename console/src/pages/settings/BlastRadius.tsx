import { Button, Group, List, NativeSelect, NumberInput, Stack, Text } from '@mantine/core';
import { problemAt } from '../../api/fault.js';
import { useAct } from '../../api/use-act.js';
import { useMay } from '../../api/viewer.js';
import { UpdateGuardrailsDocument, type ApprovalContactInput, type LimitsFragment } from '../../gql/settings.js';
import { Box } from '../../parts/Box.js';
import { wordOf } from '../../parts/status.js';
import { useDraft } from '../../session/use-draft.js';
import { FaultNotice } from '../../states/FaultNotice.js';
import { ContactFields } from './ContactFields.js';

interface Draft {
  readonly limit: string;
  readonly expiresAfter: string;
  readonly contacts: readonly ApprovalContactInput[];
}

const TIMES = new Map([['PT1H', '1 hour'], ['PT4H', '4 hours'], ['PT8H', '8 hours'], ['PT24H', '24 hours'], ['PT72H', '3 days'], ['PT168H', '7 days']]);

const draftOf = ({ maxTargetsPerHour, blastRadiusExpiresAfter, blastRadiusContacts }: LimitsFragment): Draft => ({
  limit: maxTargetsPerHour?.toString() ?? '',
  expiresAfter: blastRadiusExpiresAfter,
  contacts: blastRadiusContacts.map(({ channel, address, name }) => ({ channel, address, name: name ?? null })),
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
      <Text className="quiet">They have {TIMES.get(blastRadiusExpiresAfter) ?? blastRadiusExpiresAfter} to decide.</Text>
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
    const done = await act({ input: { maxTargetsPerHour: shown.limit === '' ? null : Number(shown.limit), blastRadiusExpiresAfter: shown.expiresAfter, blastRadiusContacts: shown.contacts } });
    if (done) forget();
  };
  const times = [...new Set([...TIMES.keys(), saved.expiresAfter])];
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
        <NativeSelect label="Time to decide" value={shown.expiresAfter} onChange={({ currentTarget }) => set({ expiresAfter: currentTarget.value })} data={times.map((value) => ({ value, label: TIMES.get(value) ?? value }))} error={problemAt(fault, 'input', 'blastRadiusExpiresAfter')} />
        <ContactFields contacts={shown.contacts} onChange={(contacts) => set({ contacts })} fault={fault} />
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
