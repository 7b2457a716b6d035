import { MultiSelect, NativeSelect, TagsInput, TextInput } from '@mantine/core';
import { hintOf, takenBy } from './matchers.js';
import type { Condition, EventField } from './trigger.types.js';

interface Props {
  readonly label: string;
  readonly condition: Condition;
  readonly field: EventField | undefined;
  readonly error: string | undefined;
  readonly onChange: (values: readonly string[]) => void;
}

/** What a field is compared with: chosen where its values are known, typed where they are not. */
export function ValuesInput({ label, condition: { matcher, values }, field, error, onChange }: Props) {
  const takes = takenBy(matcher);
  if (takes === 'NONE') return null;
  const hint = hintOf(matcher);
  const choices = choicesOf(field);
  const common = { 'aria-label': label, error, maw: '100%', ...(hint !== undefined && { description: hint }) };
  const isClosed = field?.type === 'BOOLEAN' || field?.type === 'ENUM' || field?.type === 'ENUM_LIST';
  if (takes === 'MANY' && isClosed) return <MultiSelect {...common} data={withOwn(choices, values)} value={[...values]} onChange={onChange} searchable w="20rem" comboboxProps={{ transitionProps: { duration: 0 } }} />;
  if (takes === 'MANY') return <TagsInput {...common} data={choices} value={[...values]} onChange={onChange} acceptValueOnBlur splitChars={[',']} placeholder="Enter after each" w="20rem" />;
  return <OneValue field={field} isClosed={isClosed} choices={choices} value={values[0] ?? ''} onChange={(text) => onChange(text === '' ? [] : [text])} {...common} />;
}

interface OneValueProps {
  readonly field: EventField | undefined;
  readonly isClosed: boolean;
  readonly choices: readonly string[];
  readonly value: string;
  readonly onChange: (text: string) => void;
  readonly 'aria-label': string;
  readonly error: string | undefined;
  readonly maw: string;
  readonly description?: string;
}

function OneValue({ field, isClosed, choices, value, onChange, ...common }: OneValueProps) {
  if (isClosed) return <NativeSelect {...common} value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)} data={[{ value: '', label: 'Choose' }, ...withOwn(choices, value === '' ? [] : [value])]} />;
  return <TextInput {...common} value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)} placeholder={field?.type === 'DATETIME' ? '2026-03-01T03:12:45Z' : choices.slice(0, 2).join(', ')} w="20rem" inputMode={field?.type === 'NUMBER' ? 'decimal' : 'text'} />;
}

const choicesOf = (field: EventField | undefined): string[] => (field?.type === 'BOOLEAN' ? ['true', 'false'] : [...(field?.values ?? [])]);

/** A value that is no choice any more, since the plugin has changed, stays until somebody takes it out. */
const withOwn = (choices: readonly string[], values: readonly string[]): string[] => [...new Set([...choices, ...values])];
