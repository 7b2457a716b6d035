import { Group, List, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useMay } from '../../api/viewer.js';
import { Facts } from '../../parts/Facts.js';
import { Moment } from '../../parts/Moment.js';
import { StatusMark } from '../../parts/StatusMark.js';
import { took } from '../../parts/took.js';
import { ApprovalBox } from './ApprovalBox.js';
import { Attempts } from './Attempts.js';
import { ReviewBox } from './ReviewBox.js';
import type { Step } from './run.types.js';
import { StepFault } from './StepFault.js';

/** One step: how far it is, what it changes, what went wrong, and what a person can do. */
export function StepCard({ step, isDryRun, onDone }: { readonly step: Step; readonly isDryRun: boolean; readonly onDone: () => void }) {
  const may = useMay();
  return (
    <Stack component="li" gap="xs" p="md" bd="1px solid var(--line)" bdrs="sm" bg="var(--card)">
      <Group justify="space-between" gap="xs">
        <Title order={3} size="h5">
          {step.action.title}{' '}
          <Text span className="quiet" size="sm">
            {step.key}
          </Text>
        </Title>
        <StatusMark status={step.status} />
      </Group>
      <Facts
        facts={{
          Began: step.startedAt && <Moment at={step.startedAt} />,
          Took: step.startedAt && step.finishedAt && took(step.startedAt, step.finishedAt),
          'Next try': step.nextAttemptAt && <Moment at={step.nextAttemptAt} />,
          Verification: step.verification && <StatusMark status={step.verification} />,
        }}
      />
      <Changes step={step} isDryRun={isDryRun} />
      {step.error && <StepFault error={step.error} />}
      {step.approval && <ApprovalBox approval={step.approval} onDone={onDone} />}
      {step.status === 'NEEDS_REVIEW' && may('run:review') && <ReviewBox step={step} onDone={onDone} />}
      {step.attempts.length > 1 && <Attempts attempts={step.attempts} />}
      <Details name="Settings" value={step.input} />
      <Details name="Result" value={step.output ?? {}} />
    </Stack>
  );
}

function Changes({ step, isDryRun }: { readonly step: Step; readonly isDryRun: boolean }): ReactNode {
  if (step.plan.length === 0) return null;
  const isAhead = isDryRun || step.status === 'WAITING_FOR_APPROVAL';
  const title = step.status === 'SUCCEEDED' ? 'What was changed' : 'What was to be changed';
  return (
    <div>
      <Text fw={600} size="sm">
        {isAhead ? 'What would be changed' : title}
      </Text>
      <List>
        {step.plan.map((sentence) => (
          <List.Item key={sentence}>{sentence}</List.Item>
        ))}
      </List>
    </div>
  );
}

/** Settings and results, as the API gives them. */
function Details({ name, value }: { readonly name: string; readonly value: Readonly<Record<string, unknown>> }): ReactNode {
  const entries = Object.entries(value);
  if (entries.length === 0) return null;
  return (
    <details>
      <summary>{name}</summary>
      <Facts facts={Object.fromEntries(entries.map(([key, content]) => [key, typeof content === 'string' ? content : JSON.stringify(content)]))} />
    </details>
  );
}
