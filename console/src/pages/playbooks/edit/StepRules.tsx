import { Checkbox, Fieldset, Group, NativeSelect, NumberInput, Stack, Textarea } from '@mantine/core';
import { DurationInput } from '../../../parts/DurationInput.js';
import type { StepDraft } from './draft.js';

interface Props {
  readonly steps: readonly StepDraft[];
  readonly step: StepDraft;
  readonly onChange: (step: StepDraft) => void;
  readonly problemAt: (...path: readonly (string | number)[]) => string | undefined;
}

const startOf = (after: StepDraft['after']): string => (after === null ? 'BEHIND' : after.length === 0 ? 'AT_ONCE' : 'AFTER');

/** When a step starts, how long it may take, how often it is tried, and what its failure means. */
export function StepRules({ steps, step, onChange, problemAt }: Props) {
  const set = (part: Partial<StepDraft>): void => onChange({ ...step, ...part });
  const others = steps.flatMap(({ key }) => (key === step.key ? [] : [key]));
  const startAs = (start: string): void => set({ after: start === 'BEHIND' ? null : start === 'AT_ONCE' ? [] : others.slice(0, 1) });
  return (
    <Stack gap="md">
      <Checkbox label="Step is active" description="An inactive step is skipped." checked={step.active} onChange={({ currentTarget }) => set({ active: currentTarget.checked })} />
      <NativeSelect
        label="Starts"
        value={startOf(step.after)}
        onChange={({ currentTarget }) => startAs(currentTarget.value)}
        data={[{ value: 'BEHIND', label: 'After the step before it' }, { value: 'AT_ONCE', label: 'At once' }, ...(others.length > 0 ? [{ value: 'AFTER', label: 'After certain steps' }] : [])]}
        error={problemAt('after')}
      />
      {step.after !== null && step.after.length > 0 && (
        <Checkbox.Group label="Waits for these steps" value={[...step.after]} onChange={(after) => set({ after })} error={step.after.map((_key, place) => problemAt('after', place)).find(Boolean)}>
          <Stack gap="xs" mt="xs">
            {others.map((key) => (
              <Checkbox key={key} value={key} label={key} />
            ))}
          </Stack>
        </Checkbox.Group>
      )}
      <Textarea
        label="Condition"
        description={'A CEL expression over event, run, target and steps, such as steps["suspend-user"].status == "SUCCEEDED". Empty: always.'}
        value={step.runIf}
        onChange={({ currentTarget }) => set({ runIf: currentTarget.value })}
        error={problemAt('runIf')}
        autosize
        minRows={1}
        spellCheck={false}
        styles={{ input: { fontFamily: 'monospace' }, error: { whiteSpace: 'pre-wrap' } }}
      />
      <NativeSelect
        label="When it fails"
        value={step.onFailure}
        onChange={({ currentTarget }) => set({ onFailure: currentTarget.value as StepDraft['onFailure'] })}
        data={[
          { value: 'STOP', label: 'Stop: what has not started is skipped' },
          { value: 'CONTINUE', label: 'Continue: the steps behind it start all the same' },
        ]}
      />
      <DurationInput label="Timeout of one attempt" description="0.1 seconds to 15 minutes." value={step.timeout} onChange={(timeout) => set({ timeout })} error={problemAt('timeout')} />
      <Retry step={step} onChange={onChange} problemAt={problemAt} />
    </Stack>
  );
}

function Retry({ step, onChange, problemAt }: Omit<Props, 'steps'>) {
  const { retry } = step;
  const set = (part: Partial<StepDraft['retry']>): void => onChange({ ...step, retry: { ...retry, ...part } });
  return (
    <Fieldset legend="Retry">
      <Stack gap="sm">
        <NumberInput label="Attempts at most" description="1 to 20." value={retry.maxAttempts} min={1} clampBehavior="none" allowDecimal={false} allowNegative={false} onChange={(maxAttempts) => typeof maxAttempts === 'number' && set({ maxAttempts })} error={problemAt('retry', 'maxAttempts')} />
        <Group gap="md" align="flex-start">
          <DurationInput label="First wait" description="It doubles with every attempt." value={retry.backoff} onChange={(backoff) => set({ backoff })} error={problemAt('retry', 'backoff')} />
          <DurationInput label="Longest wait" description="A provider's own wish comes first." value={retry.maxBackoff} onChange={(maxBackoff) => set({ maxBackoff })} error={problemAt('retry', 'maxBackoff')} />
        </Group>
      </Stack>
    </Fieldset>
  );
}
