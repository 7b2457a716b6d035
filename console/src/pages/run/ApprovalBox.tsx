import { Stack, Text } from '@mantine/core';
import { useMay } from '../../api/viewer.js';
import { Decide } from '../../parts/Decide.js';
import { Decisions } from '../../parts/Decisions.js';
import { Moment } from '../../parts/Moment.js';
import { StatusMark } from '../../parts/StatusMark.js';
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
      <Decisions decisions={approval.decisions} />
      {isOpen && may('approval:decide') && <Decide approvalId={approval.id} onDone={onDone} />}
    </Stack>
  );
}
