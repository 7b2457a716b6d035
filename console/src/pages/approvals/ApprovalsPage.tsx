import { Stack, Text, Title } from '@mantine/core';
import { useRef, useState, type ReactNode } from 'react';
import { useLive } from '../../api/use-live.js';
import { usePoll } from '../../api/use-poll.js';
import { useRead } from '../../api/use-read.js';
import { useMay } from '../../api/viewer.js';
import { ApprovalActivityDocument, WaitingApprovalsDocument, type ApprovalRowFragment, type WaitingApprovalsQuery } from '../../gql/approvals.js';
import { Empty } from '../../states/Empty.js';
import { FaultNotice } from '../../states/FaultNotice.js';
import { Shown } from '../../states/Shown.js';
import { DecidedApprovals } from './DecidedApprovals.js';
import { WaitingApproval } from './WaitingApproval.js';

const MOST_SHOWN = 100;

/** What waits for people, live: first what waits for whoever looks, then what waits for others; below, what was decided. */
export function Component() {
  const read = useRead(WaitingApprovalsDocument, { first: MOST_SHOWN });
  const [last, setLast] = useState<ApprovalRowFragment>();
  const liveFault = useLive(ApprovalActivityDocument, {
    key: 'approvals',
    variablesNow: () => ({}),
    onData: ({ approvalActivity }) => {
      setLast(approvalActivity);
      const isShown = read.data?.waiting.nodes.some(({ id }) => id === approvalActivity.id) ?? false;
      // It begins with all that wait, which were read already.
      if (approvalActivity.status !== 'PENDING' || !isShown) read.refresh();
    },
    onResume: read.refresh,
  });
  // Of two who must approve, the first changes no state, so nothing tells of it.
  usePoll(5_000, read.refresh);
  return (
    <Stack>
      <title>Approvals · Countermeasure</title>
      <Title order={1}>Approvals</Title>
      {liveFault && <FaultNotice fault={liveFault} />}
      <Shown read={read}>{(data) => <Waiting data={data} onDone={read.refresh} />}</Shown>
      <DecidedApprovals last={last} />
    </Stack>
  );
}

function Waiting({ data, onDone }: { readonly data: WaitingApprovalsQuery; readonly onDone: () => void }) {
  const mayDecide = useMay()('approval:decide');
  const [said, setSaid] = useState('');
  const saying = useRef<HTMLParagraphElement>(null);
  const mine = new Set(mayDecide ? data.mine.nodes.map(({ id }) => id) : []);
  const waiting = [...data.waiting.nodes].sort((one, other) => one.expiresAt.localeCompare(other.expiresAt));
  const [forMe, forOthers] = [waiting.filter(({ id }) => mine.has(id)), waiting.filter(({ id }) => !mine.has(id))];
  const tell = (text: string): void => {
    setSaid(text);
    // The button that was pressed goes away with what was decided.
    saying.current?.focus();
  };
  return (
    <>
      <Text ref={saying} tabIndex={-1} role="status" aria-live="polite">
        {said}
      </Text>
      {waiting.length === 0 && <Empty title="Nothing waits for an approval">As soon as a step asks for one, it appears here.</Empty>}
      {mayDecide && forMe.length > 0 && <List title="Waiting for you" approvals={forMe} mayDecide onDone={onDone} onTold={tell} />}
      {forOthers.length > 0 && (
        <List title={mayDecide ? 'Waiting for others' : 'Waiting'} approvals={forOthers} onDone={onDone} onTold={tell}>
          {mayDecide && <Text className="quiet">You started these runs, or have decided already.</Text>}
        </List>
      )}
      {data.waiting.totalCount > MOST_SHOWN && <Text>{`${data.waiting.totalCount} approvals wait; the newest ${MOST_SHOWN} are shown.`}</Text>}
    </>
  );
}

interface ListProps {
  readonly title: string;
  readonly approvals: readonly ApprovalRowFragment[];
  readonly mayDecide?: boolean;
  readonly onDone: () => void;
  readonly onTold: (text: string) => void;
  readonly children?: ReactNode;
}

function List({ title, approvals, mayDecide = false, onDone, onTold, children }: ListProps) {
  return (
    <section aria-label={title}>
      <Stack gap="sm">
        <Title order={2} size="h4">
          {title} ({approvals.length})
        </Title>
        {children}
        <Stack component="ul" gap="sm" p={0} m={0} style={{ listStyle: 'none' }}>
          {approvals.map((approval) => (
            <WaitingApproval key={approval.id} approval={approval} mayDecide={mayDecide} onDone={onDone} onTold={onTold} />
          ))}
        </Stack>
      </Stack>
    </section>
  );
}
