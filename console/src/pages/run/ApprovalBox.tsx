import { Button, Group, List, Stack, Text, Textarea } from '@mantine/core';
import { useAct } from '../../api/use-act.js';
import { useMay } from '../../api/viewer.js';
import { DecideApprovalDocument, type Decision } from '../../gql/run.js';
import { nameOfActor } from '../../parts/actor.js';
import { Moment } from '../../parts/Moment.js';
import { StatusMark } from '../../parts/StatusMark.js';
import { useDraft } from '../../session/use-draft.js';
import { FaultNotice } from '../../states/FaultNotice.js';
import type { Approval } from './run.types.js';

/** A step's wait for people: who has decided what, and the decision of whoever looks, when they may. */
export function ApprovalBox({ approval, onDone }: { readonly approval: Approval; readonly onDone: () => void }) {
  const may = useMay();
  const isOpen = approval.status === 'PENDING';
  return (
    <Stack gap="xs" pl="sm" style={{ borderLeft: '4px solid var(--busy)' }}>
      <Text>
        Approval: <StatusMark status={approval.status} />
        {isOpen && (
          <>
            , {approval.policy.quorum === 1 ? 'one person has to approve' : `${approval.policy.quorum} people have to approve`} until <Moment at={approval.expiresAt} />
          </>
        )}
      </Text>
      {approval.reason && <Text>{approval.reason}</Text>}
      {approval.decisions.length > 0 && (
        <List>
          {approval.decisions.map(({ decision, by, comment, at }) => (
            <List.Item key={at}>
              {nameOfActor(by)} {decision === 'APPROVE' ? 'approved' : 'denied'}, <Moment at={at} />
              {comment && `: ${comment}`}
            </List.Item>
          ))}
        </List>
      )}
      {isOpen && may('approval:decide') && <Decide approval={approval} onDone={onDone} />}
    </Stack>
  );
}

function Decide({ approval, onDone }: { readonly approval: Approval; readonly onDone: () => void }) {
  const [comment, setComment, discard] = useDraft(`approval ${approval.id}`, '');
  const { act, isUnderWay, fault } = useAct(DecideApprovalDocument);
  const decide = async (decision: Decision): Promise<void> => {
    const done = await act({ input: { approvalId: approval.id, decision, comment: comment.trim() || null } });
    if (done) discard();
    // A refusal, too, can mean that somebody else has decided meanwhile.
    onDone();
  };
  return (
    <Stack gap="xs">
      <Textarea label="Comment, kept with the run" value={comment} onChange={({ currentTarget }) => setComment(currentTarget.value)} autosize minRows={2} maxLength={2_000} />
      {fault && <FaultNotice fault={fault} order={3} />}
      <Group>
        <Button loading={isUnderWay} onClick={() => void decide('APPROVE')}>
          Approve
        </Button>
        <Button variant="default" disabled={isUnderWay} onClick={() => void decide('DENY')}>
          Deny
        </Button>
      </Group>
    </Stack>
  );
}
