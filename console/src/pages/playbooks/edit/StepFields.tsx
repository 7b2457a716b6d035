import { Checkbox, Fieldset, Stack, Text } from '@mantine/core';
import { SchemaForm } from '../../../parts/schema-form/SchemaForm.js';
import { ApprovalFields } from './ApprovalFields.js';
import { ConnectionField } from './ConnectionField.js';
import { NEW_APPROVAL, type StepDraft } from './draft.js';
import { actionOf, useEditor, type Connection } from './editor-context.js';
import { StepRules } from './StepRules.js';

interface Props {
  readonly steps: readonly StepDraft[];
  readonly index: number;
  readonly step: StepDraft;
  readonly onChange: (step: StepDraft) => void;
  readonly onConnected: (connection: Connection) => void;
}

/** Everything that can be set on a step. */
export function StepFields({ steps, index, step, onChange, onConnected }: Props) {
  const { providers, problemAt, mayWrite } = useEditor();
  const action = actionOf(providers, step.action);
  const at = (...path: readonly (string | number)[]): string | undefined => problemAt('steps', index, ...path);
  const set = (part: Partial<StepDraft>): void => onChange({ ...step, ...part });
  return (
    <Fieldset variant="unstyled" disabled={!mayWrite} aria-label={`Settings of step ${index + 1}`} maw="44rem">
      <Stack gap="md">
        {action && <Text>{action.description}</Text>}
        {at('action') && <Text data-mood="bad">{at('action')}</Text>}
        <ConnectionField step={step} error={at('connectionId')} onChange={(connectionId) => set({ connectionId })} onConnected={onConnected} />
        {action && <SchemaForm schema={action.input} value={step.input} onChange={(input) => set({ input })} problemAt={(path) => at('input', ...path)} />}
        <Checkbox label="Require approval" description="People are asked before it is carried out, whoever or whatever starts the run." checked={step.approval !== null} onChange={({ currentTarget }) => set({ approval: currentTarget.checked ? NEW_APPROVAL : null })} />
        {step.approval && <ApprovalFields approval={step.approval} onChange={(approval) => set({ approval })} problemAt={(...path) => at('approval', ...path)} />}
        <StepRules steps={steps} step={step} onChange={onChange} problemAt={at} />
      </Stack>
    </Fieldset>
  );
}
