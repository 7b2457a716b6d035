import { Group, NativeSelect, NumberInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { joinDuration, splitDuration, UNITS, type Unit } from './duration.js';

interface Props {
  readonly label: string;
  readonly description?: string;
  /** An ISO 8601 duration. */
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly error?: ReactNode;
}

/** A duration as a number of seconds, minutes, hours or days. */
export function DurationInput({ label, description, value, onChange, error }: Props) {
  const [unit, setUnit] = useState(() => splitDuration(value).unit);
  const { amount, unit: longest } = splitDuration(value);
  // The unit stays as it was chosen; what cannot be said in it is shown in its own.
  const shown = (amount * UNITS[longest]) % UNITS[unit] === 0 ? unit : longest;
  const shownAmount = (amount * UNITS[longest]) / UNITS[shown];
  return (
    <Group gap="xs" align="flex-end" wrap="nowrap">
      <NumberInput label={label} description={description} value={shownAmount} min={0} allowNegative={false} onChange={(next) => typeof next === 'number' && onChange(joinDuration(next, shown))} error={error} style={{ flex: 1 }} miw="7rem" />
      <NativeSelect
        aria-label={`${label}: unit`}
        value={shown}
        onChange={({ currentTarget }) => {
          const next = currentTarget.value as Unit;
          setUnit(next);
          onChange(joinDuration(shownAmount, next));
        }}
        data={Object.keys(UNITS).toReversed()}
      />
    </Group>
  );
}
