import { Checkbox, Fieldset, Stack, Textarea, TextInput } from '@mantine/core';
import type { PlaybookDraft } from './draft.js';
import { useEditor } from './editor-context.js';

/** What concerns the playbook as a whole. */
export function PlaybookFields({ draft, onChange }: { readonly draft: PlaybookDraft; readonly onChange: (draft: PlaybookDraft) => void }) {
  const { problemAt, mayWrite } = useEditor();
  const set = (part: Partial<PlaybookDraft>): void => onChange({ ...draft, ...part });
  return (
    <Fieldset variant="unstyled" disabled={!mayWrite} aria-label="The playbook" maw="44rem">
      <Stack gap="sm">
        <TextInput label="Name" value={draft.name} onChange={({ currentTarget }) => set({ name: currentTarget.value })} error={problemAt('name')} maxLength={200} required />
        <Textarea label="Description" description="What it is for, for those who choose one in a hurry." value={draft.description} onChange={({ currentTarget }) => set({ description: currentTarget.value })} error={problemAt('description')} autosize minRows={2} />
        <Checkbox label="Active" description="An inactive playbook cannot be run." checked={draft.active} onChange={({ currentTarget }) => set({ active: currentTarget.checked })} />
        <Checkbox label="Requires a reason" description="Whoever runs it has to say why." checked={draft.requiresReason} onChange={({ currentTarget }) => set({ requiresReason: currentTarget.checked })} />
      </Stack>
    </Fieldset>
  );
}
