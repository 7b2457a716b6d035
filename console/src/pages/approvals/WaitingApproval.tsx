import { List, Stack, Text, Title } from '@mantine/core';
import { Link } from 'react-router';
import type { ApprovalRowFragment } from '../../gql/approvals.js';
import { nameOfActor } from '../../parts/actor.js';
import { Decide } from '../../parts/Decide.js';
import { Decisions } from '../../parts/Decisions.js';
import { Facts } from '../../parts/Facts.js';
import { Moment } from '../../parts/Moment.js';
import { subjectOf, targetOf } from './subject.js';

interface Props {
  readonly approval: ApprovalRowFragment;
  readonly mayDecide: boolean;
  readonly onDone: () => void;
  readonly onTold: (text: string) => void;
}

/** One step that waits: what it would do to whom, who asks and why, and until when there is time. */
export function WaitingApproval({ approval, mayDecide, onDone, onTold }: Props) {
  const { run, policy, decisions } = approval;
  const target = targetOf(approval);
  const subject = subjectOf(approval);
  const approved = decisions.filter(({ decision }) => decision === 'APPROVE').length;
  return (
    <Stack component="li" gap="xs" p="md" bd="1px solid var(--line)" bdrs="sm" bg="var(--card)">
      <Title order={3} size="h5">
        {subject}
      </Title>
      <Facts
        facts={{
          Target: target.username ?? target.id,
          'Target is': warningOf(approval),
          Playbook: run.playbook.name,
          'Started by': nameOfActor(run.startedBy),
          Reason: run.reason,
          'Asked because': approval.reason,
          'Time until': <Moment at={approval.expiresAt} />,
          Approvals: `${approved} of ${policy.quorum}`,
        }}
      />
      <Plan plan={approval.plan} />
      <Decisions decisions={decisions} />
      <Unreached approval={approval} />
      <Link to={`/runs/${encodeURIComponent(run.id)}`}>See the run</Link>
      {mayDecide && (
        <Decide
          approvalId={approval.id}
          onDone={(decision) => {
            if (decision) onTold(`You ${decision === 'APPROVE' ? 'approved' : 'denied'}: ${subject}.`);
            onDone();
          }}
        />
      )}
    </Stack>
  );
}

function Plan({ plan }: { readonly plan: readonly string[] }) {
  return (
    <div>
      <Text fw={600} size="sm">
        What would be changed
      </Text>
      {plan.length === 0 ? (
        <Text>Nothing: the target is as the action would make it.</Text>
      ) : (
        <List>
          {plan.map((sentence) => (
            <List.Item key={sentence}>{sentence}</List.Item>
          ))}
        </List>
      )}
    </div>
  );
}

function warningOf({ target }: ApprovalRowFragment): string | undefined {
  const words = [target?.privileged && 'holder of an administrative role', target?.protected && 'protected'].filter(Boolean);
  return words.length === 0 ? undefined : words.join(', ');
}

/** Contacts that were not told: somebody else has to. */
function Unreached({ approval }: { readonly approval: ApprovalRowFragment }) {
  const unreached = approval.notifications.filter(({ status }) => status === 'FAILED');
  if (unreached.length === 0) return null;
  return (
    <Stack gap={2} pl="sm" style={{ borderLeft: '4px solid var(--bad)' }}>
      {unreached.map(({ contact, error }) => (
        <Text key={contact.address}>{`${contact.name ?? contact.address} could not be told${error ? `: ${error}` : '.'}`}</Text>
      ))}
    </Stack>
  );
}
