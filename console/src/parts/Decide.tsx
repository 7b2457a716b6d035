import { Button, Group, Stack, Textarea } from '@mantine/core';
import { useAct } from '../api/use-act.js';
import { DecideApprovalDocument, type Decision } from '../gql/decide.js';
import { useDraft } from '../session/use-draft.js';
import { FaultNotice } from '../states/FaultNotice.js';

/** Where whoever may decide says yes or no, with a comment that is kept in the tab until it is sent. */
export function Decide({ approvalId, onDone }: { readonly approvalId: string; readonly onDone: (decision: Decision | undefined) => void }) {
  const [comment, setComment, discard] = useDraft(`approval ${approvalId}`, '');
  const { act, isUnderWay, fault } = useAct(DecideApprovalDocument);
  const decide = async (decision: Decision): Promise<void> => {
    const done = await act({ input: { approvalId, decision, comment: comment.trim() || null } });
    if (done) discard();
    // A refusal, too, can mean that somebody else has decided meanwhile.
    onDone(done && decision);
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
