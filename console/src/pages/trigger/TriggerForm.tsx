import { Checkbox, Fieldset, Stack, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { problemAt, problemWithin, type Fault } from '../../api/fault.js';
import { splitDuration } from '../../parts/duration.js';
import { DurationInput } from '../../parts/DurationInput.js';
import { ConditionList } from './ConditionList.js';
import { EventTypeChoice } from './EventTypeChoice.js';
import { PlaybookPicker } from './PlaybookPicker.js';
import { SCHEDULE } from './rules.js';
import { ScheduleFields } from './ScheduleFields.js';
import type { EventType, Rules } from './trigger.types.js';

interface Props {
  readonly rules: Rules;
  readonly eventTypes: readonly EventType[];
  /** Why the last save failed: its problems stand at their fields. */
  readonly fault: Fault | undefined;
  readonly isNew?: boolean;
  readonly isReadOnly?: boolean;
  readonly onChange: (part: Partial<Rules>) => void;
  readonly onSubmit: () => void;
  /** The buttons. */
  readonly children: ReactNode;
}

/** Everything that an author fills in. */
export function TriggerForm({ rules, eventTypes, fault, isNew = false, isReadOnly = false, onChange, onSubmit, children }: Props) {
  const eventType = eventTypes.find(({ id }) => id === rules.eventType);
  const example = eventType?.id === SCHEDULE ? '"mira.okafor@contoso.example"' : 'event.userPrincipalName';
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      <Stack>
        <Fieldset disabled={isReadOnly} variant="unstyled" legend="What the trigger is" style={{ minWidth: 0 }}>
          <Stack>
            <TextInput label="Name" required maxLength={200} value={rules.name} error={problemAt(fault, 'input', 'name')} onChange={({ currentTarget }) => onChange({ name: currentTarget.value })} />
            <EventTypeChoice eventTypes={eventTypes} value={rules.eventType} isFixed={!isNew} error={problemAt(fault, 'input', 'eventType')} onChange={(id) => onChange({ eventType: id, conditions: [] })} />
            {eventType?.id === SCHEDULE && <ScheduleFields rules={rules} fault={fault} onChange={onChange} />}
            {eventType && <ConditionList conditions={rules.conditions} eventType={eventType} fault={fault} onChange={(conditions) => onChange({ conditions })} />}
            {eventType && (
              <>
                <TextInput
                  label="Expression"
                  description='A CEL expression that must hold, too, such as event.riskLevel == "high". Empty: none.'
                  value={rules.expression}
                  error={problemAt(fault, 'input', 'expression')}
                  onChange={({ currentTarget }) => onChange({ expression: currentTarget.value })}
                />
                <TextInput
                  label="Target"
                  required={eventType.id === SCHEDULE}
                  description={`A CEL expression for whom to act on, such as ${example}. ${eventType.id === SCHEDULE ? 'A schedule names nobody by itself.' : 'Empty: whom the event names.'}`}
                  value={rules.target}
                  error={problemAt(fault, 'input', 'target')}
                  onChange={({ currentTarget }) => onChange({ target: currentTarget.value })}
                />
                {eventType.id !== SCHEDULE && (
                  <TextInput
                    label="Time zone"
                    description="Of hours in conditions, such as Europe/Berlin. Empty: UTC."
                    value={rules.timeZone}
                    error={problemAt(fault, 'input', 'timeZone')}
                    onChange={({ currentTarget }) => onChange({ timeZone: currentTarget.value })}
                  />
                )}
                <DurationInput
                  label="Cooldown"
                  description="The same target does not fire it again within this time. 0: it does."
                  value={rules.cooldown || 'PT0S'}
                  error={problemAt(fault, 'input', 'cooldown')}
                  onChange={(cooldown) => onChange({ cooldown: splitDuration(cooldown).amount === 0 ? '' : cooldown })}
                />
                <PlaybookPicker value={rules.playbooks} error={problemWithin(fault, 'input', 'playbookIds') ?? problemAt(fault, 'input', 'playbookId')} onChange={(playbooks) => onChange({ playbooks })} />
                <Checkbox label="Active: it fires from now on" checked={rules.active} onChange={({ currentTarget }) => onChange({ active: currentTarget.checked })} />
              </>
            )}
          </Stack>
        </Fieldset>
        {children}
      </Stack>
    </form>
  );
}
