import { Group, NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { durationOf, partsOf, type Unit } from './duration.js';

interface Props {
  /** ISO 8601; none: ''. */
  readonly value: string;
  readonly error: string | undefined;
  readonly onChange: (value: string) => void;
}

const UNITS: readonly { readonly value: Unit; readonly label: string }[] = [
  { value: 'S', label: 'seconds' },
  { value: 'M', label: 'minutes' },
  { value: 'H', label: 'hours' },
  { value: 'D', label: 'days' },
];

export function CooldownInput({ value, error, onChange }: Props) {
  const { amount, unit } = partsOf(value);
  const [empty, setEmpty] = useState<Unit>('H');
  const shown = amount === '' ? empty : unit;
  return (
    <Group align="flex-end" gap="xs">
      <TextInput
        label="Cooldown"
        description="The same target does not fire it again within this time. Empty: it does."
        inputMode="numeric"
        value={amount}
        error={error}
        onChange={({ currentTarget }) => onChange(durationOf(currentTarget.value, shown))}
      />
      <NativeSelect
        aria-label="Unit of the cooldown"
        value={shown}
        onChange={({ currentTarget }) => {
          const next = UNITS.find((one) => one.value === currentTarget.value)?.value ?? 'H';
          setEmpty(next);
          onChange(durationOf(amount, next));
        }}
        data={[...UNITS]}
      />
    </Group>
  );
}
