import { Checkbox, Fieldset, NumberInput, Stack } from '@mantine/core';
import { ContactFields } from '../../../parts/ContactFields.js';
import { DurationInput } from '../../../parts/DurationInput.js';
import type { ApprovalDraft } from './draft.js';

interface Props {
  readonly approval: ApprovalDraft;
  readonly onChange: (approval: ApprovalDraft) => void;
  readonly problemAt: (...path: readonly (string | number)[]) => string | undefined;
}

/** Who is asked, how many of them have to approve, and how long they have. */
export function ApprovalFields({ approval, onChange, problemAt }: Props) {
  const { contacts, quorum } = approval;
  const set = (part: Partial<ApprovalDraft>): void => onChange({ ...approval, ...part });
  return (
    <Fieldset legend="Approval">
      <Stack gap="sm">
        <ContactFields contacts={contacts} onChange={(next) => set({ contacts: next })} problemAt={(...path) => problemAt('contacts', ...path)} />
        <NumberInput label="How many must approve" description="One denial ends it." value={quorum} min={1} clampBehavior="none" allowDecimal={false} allowNegative={false} onChange={(next) => typeof next === 'number' && set({ quorum: next })} error={problemAt('quorum')} />
        <DurationInput label="Time to decide" description="1 second to 30 days; then it counts as not approved." value={approval.expiresAfter} onChange={(expiresAfter) => set({ expiresAfter })} error={problemAt('expiresAfter')} />
        <Checkbox label="Whoever starts the run may approve it, too" checked={approval.allowSelfApproval} onChange={({ currentTarget }) => set({ allowSelfApproval: currentTarget.checked })} />
      </Stack>
    </Fieldset>
  );
}
