import { Checkbox, JsonInput, NativeSelect, NumberInput, PasswordInput, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { isFreeText, type FieldProps } from './schema.js';

const common = ({ schema, label, isRequired, problemAt, path }: FieldProps) => ({ label, description: schema.description, required: isRequired, error: problemAt(path) });

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** A text longer than this has lines: a certificate. */
const LONGEST_LINE = 5_000;

export function TextField(props: FieldProps) {
  const { schema, label, value, onChange, isRequired, isSecret } = props;
  const change = ({ currentTarget }: { readonly currentTarget: { readonly value: string } }): void => onChange(currentTarget.value === '' && !isRequired ? undefined : currentTarget.value);
  const field = { ...common(props), value: textOf(value), maxLength: schema.maxLength, placeholder: textOf(schema.default), onChange: change };
  if ((schema.maxLength ?? 0) > LONGEST_LINE) return <Textarea {...field} autosize minRows={3} maxRows={12} spellCheck={false} />;
  if (isSecret && isFreeText(schema)) return <PasswordInput {...field} autoComplete="off" spellCheck={false} visibilityToggleButtonProps={{ 'aria-label': `Show ${label.toLowerCase()}` }} />;
  return <TextInput {...field} />;
}

export function NumberField(props: FieldProps) {
  const { schema, value, onChange } = props;
  const shown = value ?? schema.default;
  return (
    <NumberInput
      {...common(props)}
      value={typeof shown === 'number' ? shown : ''}
      min={schema.minimum}
      max={schema.maximum}
      clampBehavior="none"
      allowDecimal={schema.type !== 'integer'}
      onChange={(next) => onChange(typeof next === 'number' ? next : undefined)}
    />
  );
}

export function BooleanField({ schema, label, value, onChange, problemAt, path }: FieldProps) {
  return <Checkbox label={label} description={schema.description} error={problemAt(path)} checked={(value ?? schema.default) === true} onChange={({ currentTarget }) => onChange(currentTarget.checked)} />;
}

export function ChoiceField(props: FieldProps) {
  const { schema, value, onChange } = props;
  const choices = (schema.enum ?? []).map(String);
  const shown = textOf(value ?? schema.default);
  return <NativeSelect {...common(props)} value={shown} onChange={({ currentTarget }) => onChange(currentTarget.value === '' ? undefined : currentTarget.value)} data={shown === '' || schema.default === undefined ? ['', ...choices] : choices} />;
}

/** For what has no field of its own: JSON, taken over as soon as it can be read. */
export function JsonField(props: FieldProps) {
  const { value, onChange } = props;
  // While it is being typed it stays as it is typed.
  const [typed, setTyped] = useState<string>();
  return (
    <JsonInput
      {...common(props)}
      value={typed ?? (value === undefined ? '' : JSON.stringify(value, null, 2))}
      onBlur={() => typed !== undefined && readJson(typed).isSound && setTyped(undefined)}
      onChange={(text) => {
        setTyped(text);
        const read = readJson(text);
        if (read.isSound) onChange(read.value);
      }}
      validationError="This is not JSON yet; what was entered before stays."
      autosize
      minRows={2}
    />
  );
}

function readJson(text: string): { isSound: boolean; value?: unknown } {
  if (text.trim() === '') return { isSound: true };
  try {
    return { isSound: true, value: JSON.parse(text) as unknown };
  } catch {
    // Somebody is in the middle of typing; the field says so.
    return { isSound: false };
  }
}
