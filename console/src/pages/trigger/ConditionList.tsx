import { Button, Fieldset, Stack, Text } from '@mantine/core';
import { useEffect, useRef, type RefObject } from 'react';
import { problemAt, type Fault } from '../../api/fault.js';
import { ConditionRow } from './ConditionRow.js';
import type { Condition, EventType } from './trigger.types.js';

interface Props {
  readonly conditions: readonly Condition[];
  readonly eventType: EventType;
  readonly fault: Fault | undefined;
  readonly onChange: (conditions: readonly Condition[]) => void;
}

export function ConditionList({ conditions, eventType, fault, onChange }: Props) {
  const box = useRef<HTMLFieldSetElement>(null);
  useFocusAfterChange(box, conditions.length);
  const [first] = eventType.fields;
  const add = (): void => {
    const matcher = first?.matchers[0];
    if (first && matcher) onChange([...conditions, { field: first.path, matcher, values: [] }]);
  };
  const problem = problemAt(fault, 'input', 'conditions');
  return (
    <Fieldset legend="Conditions" style={{ minWidth: 0 }} ref={box}>
      <Stack>
        <Text size="sm" className="quiet">
          {conditions.length === 0 ? 'None: every such event fires it.' : 'All must hold.'}
        </Text>
        {conditions.map((condition, index) => (
          <ConditionRow
            key={index}
            index={index}
            condition={condition}
            eventType={eventType}
            fault={fault}
            onChange={(next) => onChange(conditions.with(index, next))}
            onRemove={() => onChange(conditions.toSpliced(index, 1))}
          />
        ))}
        {problem !== undefined && <Text data-mood="bad">{problem}</Text>}
        <div>
          <Button variant="default" onClick={add} data-add>
            Add condition
          </Button>
        </div>
      </Stack>
    </Fieldset>
  );
}

/** Whoever adds a condition goes on in it; whoever takes one away does not lose their place. */
function useFocusAfterChange(box: RefObject<HTMLElement | null>, count: number): void {
  const before = useRef(count);
  useEffect(() => {
    if (before.current === count) return;
    const selector = count > before.current ? '[data-condition]' : '[data-add]';
    before.current = count;
    const last = [...(box.current?.querySelectorAll<HTMLElement>(selector) ?? [])].at(-1);
    (last?.querySelector('select') ?? last)?.focus();
  }, [box, count]);
}
