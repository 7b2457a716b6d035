import { Button, List, Stack, Text, Title } from '@mantine/core';
import type { Fault } from '../api/fault.js';

/** What each code of docs/errors.md is to people: what is the matter, and what they can do. */
const EXPLAINED: Readonly<Record<string, readonly [title: string, whatToDo: string]>> = {
  BAD_USER_INPUT: ['This cannot be done as it was entered', 'Correct what is named here.'],
  FORBIDDEN: ['You may not do this', 'Ask your administrator for a role that may.'],
  NOT_FOUND: ['This is not there', 'It was deleted, or you may not see it. Look at the link again.'],
  CONFLICT: ['Somebody has saved a newer version', 'Look at it, then repeat your change.'],
  IDEMPOTENCY_CONFLICT: ['This was asked for before, in another way', 'Reload the page and begin anew.'],
  PRECONDITION_FAILED: ['This cannot be done as things stand', 'Mend what is named here first.'],
  QUERY_TOO_COMPLEX: ['This was too much at once', 'Ask for less at once.'],
  RATE_LIMITED: ['Too much was asked in a short time', 'Try again in a little while.'],
  UNREACHABLE: ['The service does not answer', 'Try again in a moment.'],
};

const UNEXPECTED = ['The service had a fault', 'Try again. If it stays, give the number below to whoever runs the service.'] as const;

interface Props {
  readonly fault: Fault;
  readonly onRetry?: () => void;
  /** The level of the title among the page's titles. */
  readonly order?: 1 | 2 | 3;
}

/** Why something did not come about, in the service's words, and what a person can do. */
export function FaultNotice({ fault, onRetry, order = 2 }: Props) {
  const [title, whatToDo] = EXPLAINED[fault.code] ?? UNEXPECTED;
  // Their messages stand in the fault's own already when there is only one.
  const others = fault.problems.filter(({ message }) => !fault.message.includes(message));
  return (
    <Stack role="alert" align="flex-start" gap="xs" p="md" bg="var(--card)" style={{ borderLeft: '4px solid var(--bad)' }}>
      <Title order={order} size="h4">
        {title}
      </Title>
      <Text>{fault.message}</Text>
      {others.length > 0 && (
        <List>
          {others.map(({ path, message }) => (
            <List.Item key={`${path.join('.')} ${message}`}>{message}</List.Item>
          ))}
        </List>
      )}
      <Text className="quiet">{whatToDo}</Text>
      {fault.requestId !== undefined && <Text className="quiet">Number in the log: {fault.requestId}</Text>}
      {onRetry && (
        <Button variant="default" onClick={onRetry}>
          Try again
        </Button>
      )}
    </Stack>
  );
}
