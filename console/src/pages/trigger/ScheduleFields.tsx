import { NativeSelect, TextInput } from '@mantine/core';
import { problemAt, type Fault } from '../../api/fault.js';
import type { Rules } from './trigger.types.js';

interface Props {
  readonly rules: Rules;
  readonly fault: Fault | undefined;
  readonly onChange: (part: Partial<Rules>) => void;
}

/** When the clock fires it. */
export function ScheduleFields({ rules, fault, onChange }: Props) {
  return (
    <>
      <TextInput
        label="Schedule"
        required
        description="Minute, hour, day of the month, month, day of the week: 0 3 * * MON-FRI is at 3:00 from Monday to Friday."
        value={rules.schedule}
        error={problemAt(fault, 'input', 'schedule')}
        onChange={({ currentTarget }) => onChange({ schedule: currentTarget.value })}
      />
      <TextInput
        label="Time zone"
        description={`Of the schedule. Empty: UTC. Yours is ${Intl.DateTimeFormat().resolvedOptions().timeZone}.`}
        value={rules.timeZone}
        error={problemAt(fault, 'input', 'timeZone')}
        onChange={({ currentTarget }) => onChange({ timeZone: currentTarget.value })}
      />
      <NativeSelect
        label="A time that was missed, because nothing ran"
        value={rules.missedSchedule}
        onChange={({ currentTarget }) => onChange({ missedSchedule: currentTarget.value === 'MAKE_UP' ? 'MAKE_UP' : 'SKIP' })}
        data={[
          { value: 'SKIP', label: 'Is skipped' },
          { value: 'MAKE_UP', label: 'Is made up, once' },
        ]}
      />
    </>
  );
}
