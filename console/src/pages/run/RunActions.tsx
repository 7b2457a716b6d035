import { Button, CopyButton, Group, List, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useAct } from '../../api/use-act.js';
import { useIdempotencyKey } from '../../api/use-idempotency-key.js';
import { useMay } from '../../api/viewer.js';
import { CancelRunDocument, RetryRunDocument, UndoRunDocument, type UndoRunMutation } from '../../gql/run.js';
import { ConfirmDialog } from '../../parts/ConfirmDialog.js';
import { isOver } from '../../parts/status.js';
import type { Run } from './run.types.js';

interface Props {
  readonly run: Run;
  readonly status: Run['status'];
  readonly onDone: () => void;
}

type Verb = 'cancel' | 'retry' | 'undo';

/** What can be done to the run as it stands, by whoever looks. */
export function RunActions({ run, status, onDone }: Props) {
  const may = useMay();
  const [asked, setAsked] = useState<Verb>();
  const over = isOver(status);
  const close = (): void => setAsked(undefined);
  return (
    <Group gap="sm">
      <CopyButton value={run.followUrl}>
        {({ copied, copy }) => (
          <Button variant="default" onClick={copy}>
            {copied ? 'Copied' : 'Copy link'}
          </Button>
        )}
      </CopyButton>
      {!over && may('run:cancel') && (
        <Button variant="default" onClick={() => setAsked('cancel')}>
          Cancel run
        </Button>
      )}
      {over && status !== 'SUCCEEDED' && !run.retriedBy && may('run:start') && (
        <Button variant="default" onClick={() => setAsked('retry')}>
          Retry
        </Button>
      )}
      {over && !run.dryRun && may('run:start') && (
        <Button variant="default" onClick={() => setAsked('undo')}>
          Undo
        </Button>
      )}
      {asked === 'cancel' && <Cancel run={run} onClose={close} onDone={onDone} />}
      {asked === 'retry' && <Retry run={run} onClose={close} />}
      {asked === 'undo' && <Undo run={run} onClose={close} />}
    </Group>
  );
}

function Cancel({ run, onClose, onDone }: { readonly run: Run; readonly onClose: () => void; readonly onDone: () => void }) {
  const { act, isUnderWay, fault } = useAct(CancelRunDocument);
  const confirm = async (reason: string): Promise<void> => {
    if (!(await act({ input: { runId: run.id, reason: reason || null } }))) return;
    onClose();
    onDone();
  };
  return (
    <ConfirmDialog title="Cancel this run?" verb="Cancel run" reasonLabel="Why" isDangerous isUnderWay={isUnderWay} fault={fault} onClose={onClose} onConfirm={(reason) => void confirm(reason)}>
      What has not begun is not done any more. What is done stays done.
    </ConfirmDialog>
  );
}

function Retry({ run, onClose }: { readonly run: Run; readonly onClose: () => void }) {
  const navigate = useNavigate();
  const idempotencyKey = useIdempotencyKey();
  const { act, isUnderWay, fault } = useAct(RetryRunDocument);
  const confirm = async (reason: string): Promise<void> => {
    const done = await act({ input: { runId: run.id, reason: reason || null, idempotencyKey } });
    if (done) await navigate(`/runs/${encodeURIComponent(done.retryRun.run.id)}`);
  };
  return (
    <ConfirmDialog title="Retry this run?" verb="Retry" reasonLabel="Why" isUnderWay={isUnderWay} fault={fault} onClose={onClose} onConfirm={(reason) => void confirm(reason)}>
      A new run goes on from the first step that did not succeed. What succeeded is not done again.
    </ConfirmDialog>
  );
}

function Undo({ run, onClose }: { readonly run: Run; readonly onClose: () => void }) {
  const navigate = useNavigate();
  const idempotencyKey = useIdempotencyKey();
  const { act, isUnderWay, fault } = useAct(UndoRunDocument);
  const [left, setLeft] = useState<UndoRunMutation['undoRun']>();
  const show = async (id: string): Promise<void> => navigate(`/runs/${encodeURIComponent(id)}`);
  const confirm = async (reason: string): Promise<void> => {
    const done = await act({ input: { runId: run.id, reason: reason || null, idempotencyKey } });
    if (done?.undoRun.notUndone.length === 0) await show(done.undoRun.run.id);
    else setLeft(done?.undoRun);
  };
  if (left) {
    return (
      <ConfirmDialog title="Some of it stays as it is" verb="Follow the undo" isUnderWay={false} fault={undefined} onClose={onClose} onConfirm={() => void show(left.run.id)}>
        <Stack gap="xs">
          <Text>The undo is under way. These steps are not taken back:</Text>
          <List>
            {left.notUndone.map(({ step, reason }) => (
              <List.Item key={step.key}>
                {step.key}: {reason}
              </List.Item>
            ))}
          </List>
        </Stack>
      </ConfirmDialog>
    );
  }
  return (
    <ConfirmDialog title="Undo this run?" verb="Undo" reasonLabel="Why" isDangerous isUnderWay={isUnderWay} fault={fault} onClose={onClose} onConfirm={(reason) => void confirm(reason)}>
      A new run takes back what this one changed, the last step first.
    </ConfirmDialog>
  );
}
