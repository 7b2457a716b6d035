import { NativeSelect, PasswordInput, Textarea, TextInput } from '@mantine/core';
import { problemAt, type Fault } from '../../api/fault.js';
import type { Field, Typed } from './schema-fields.js';

interface Props {
  readonly fields: readonly Field[];
  readonly typed: Typed;
  readonly onChange: (typed: Typed) => void;
  readonly fault: Fault | undefined;
  /** Where the values stand in the operation's arguments. */
  readonly path: readonly string[];
  /** Text is not shown while it is typed. */
  readonly isSecret?: boolean;
}

/** The fields of a provider's JSON Schema. The service says what is wrong with what stands in them. */
export function SchemaFields({ fields, typed, onChange, fault, path, isSecret = false }: Props) {
  return fields.map((field) => (
    <SchemaField key={field.name} field={field} value={typed[field.name] ?? ''} onChange={(value) => onChange({ ...typed, [field.name]: value })} error={problemAt(fault, ...path, field.name)} isSecret={isSecret && field.isFreeText} />
  ));
}

interface FieldProps {
  readonly field: Field;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly error: string | undefined;
  readonly isSecret: boolean;
}

function SchemaField({ field, value, onChange, error, isSecret }: FieldProps) {
  const common = { label: field.label, description: field.description, required: field.isRequired, error, value, onChange: ({ currentTarget }: { currentTarget: { value: string } }) => onChange(currentTarget.value), autoComplete: 'off', spellCheck: false };
  if (field.kind === 'CHOICE') return <NativeSelect {...common} data={field.initial === '' && !field.isRequired ? ['', ...field.choices] : [...field.choices]} />;
  if (field.kind === 'YES_NO') return <NativeSelect {...common} data={[...(field.initial === '' ? [''] : []), { value: 'true', label: 'Yes' }, { value: 'false', label: 'No' }]} />;
  if (field.kind === 'LINES' || field.kind === 'JSON') return <Textarea {...common} autosize minRows={3} maxRows={12} />;
  if (isSecret) return <PasswordInput {...common} visibilityToggleButtonProps={{ 'aria-label': `Show ${field.label.toLowerCase()}` }} />;
  return <TextInput {...common} inputMode={field.kind === 'NUMBER' ? 'decimal' : undefined} />;
}
