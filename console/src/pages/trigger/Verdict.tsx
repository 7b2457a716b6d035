import { List, Stack, Text } from '@mantine/core';
import type { TestTriggerQuery } from '../../gql/trigger.js';
import { isSame, sentenceOf } from './rules.js';
import type { EventType, Rules } from './trigger.types.js';

interface Props {
  readonly verdict: TestTriggerQuery['testTrigger'];
  readonly rules: Rules;
  readonly eventType: EventType;
}

/** Whether the rules fire on the event, on whom, and what is in the way. */
export function Verdict({ verdict: { fires, reason, seen, failedCondition, targets }, rules, eventType }: Props) {
  const failed = failedCondition && { field: failedCondition.field, matcher: failedCondition.matcher, values: failedCondition.values };
  const number = rules.conditions.findIndex((condition) => isSame(condition, failed)) + 1;
  return (
    <Stack gap="xs" pl="sm" style={{ borderLeft: `4px solid var(--${fires && targets.length > 0 ? 'good' : 'bad'})` }}>
      <Text fw={700}>{fires ? 'It would fire.' : 'It would not fire.'}</Text>
      {failed && (
        <Text>
          Condition {number} does not hold: {sentenceOf(failed, eventType)}. Seen: {seen ?? 'nothing'}.
        </Text>
      )}
      {reason && !failed && <Text>{reason}</Text>}
      {fires && targets.length > 0 && (
        <>
          <Text>It would act on:</Text>
          <List>
            {targets.map(({ id, kind, protected: isProtected }) => (
              <List.Item key={`${kind} ${id}`}>
                {id}
                {isProtected && <strong> (protected: nothing is done to it)</strong>}
              </List.Item>
            ))}
          </List>
        </>
      )}
      {fires && rules.playbooks.length === 0 && <Text>No playbook is linked: nothing would be started.</Text>}
      {fires && !rules.active && <Text>The trigger is not active: nothing would be started.</Text>}
    </Stack>
  );
}
