import { Button, Group, NativeSelect } from '@mantine/core';
import { problemAt, problemWithin, type Fault } from '../../api/fault.js';
import { matcherWords, valuesFor } from './matchers.js';
import type { Condition, EventType } from './trigger.types.js';
import { ValuesInput } from './ValuesInput.js';

interface Props {
  readonly index: number;
  readonly condition: Condition;
  readonly eventType: EventType;
  readonly fault: Fault | undefined;
  readonly onChange: (condition: Condition) => void;
  readonly onRemove: () => void;
}

/** A field, how it is compared, and with what. */
export function ConditionRow({ index, condition, eventType, fault, onChange, onRemove }: Props) {
  const number = index + 1;
  const at = ['input', 'conditions', index] as const;
  const field = eventType.fields.find(({ path }) => path === condition.field);
  const matchers = field?.matchers ?? [condition.matcher];
  const chooseField = (path: string): void => {
    const next = eventType.fields.find((one) => one.path === path);
    const matcher = next?.matchers.find((one) => one === condition.matcher) ?? next?.matchers[0] ?? condition.matcher;
    // Values of one field seldom are those of another.
    onChange({ field: path, matcher, values: [] });
  };
  return (
    <Group role="group" aria-label={`Condition ${number}`} data-condition align="flex-start" gap="xs">
      <NativeSelect
        aria-label={`Field of condition ${number}`}
        value={condition.field}
        error={problemAt(fault, ...at, 'field')}
        onChange={({ currentTarget }) => chooseField(currentTarget.value)}
        data={[...(field ? [] : [{ value: condition.field, label: condition.field }]), ...eventType.fields.map(({ path, title }) => ({ value: path, label: title }))]}
        maw="100%"
      />
      <NativeSelect
        aria-label={`Matcher of condition ${number}`}
        value={condition.matcher}
        error={problemAt(fault, ...at, 'matcher')}
        onChange={({ currentTarget }) => {
          const matcher = matchers.find((one) => one === currentTarget.value) ?? condition.matcher;
          onChange({ ...condition, matcher, values: valuesFor(matcher, condition.values) });
        }}
        data={matchers.map((matcher) => ({ value: matcher, label: matcherWords(matcher) }))}
        maw="100%"
      />
      <ValuesInput label={`Value of condition ${number}`} condition={condition} field={field} error={problemWithin(fault, ...at, 'values')} onChange={(values) => onChange({ ...condition, values })} />
      <Button variant="subtle" onClick={onRemove} aria-label={`Remove condition ${number}`}>
        Remove
      </Button>
    </Group>
  );
}
