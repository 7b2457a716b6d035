import { Alert, Button, Group, List, Modal, SegmentedControl, Stack, Text, Textarea } from '@mantine/core';
import { useNavigate } from 'react-router';
import { useAct } from '../../../api/use-act.js';
import { useIdempotencyKey } from '../../../api/use-idempotency-key.js';
import { RunPlaybookBatchDocument, RunPlaybookDocument } from '../../../gql/playbooks.js';
import { useDraft } from '../../../session/use-draft.js';
import { FaultNotice } from '../../../states/FaultNotice.js';
import { chosenOf, NOTHING_CHOSEN, targetsOf, type PlaybookToRun, type RunDraft } from './run-draft.js';
import { TargetPicker } from './TargetPicker.js';

interface Props {
  readonly playbook: PlaybookToRun;
  readonly hasUnsavedChanges: boolean;
  readonly onClose: () => void;
}

/** Against whom, why, and for real or only to see what would be changed; then on to the run. */
export default function RunDialog({ playbook, hasUnsavedChanges, onClose }: Props) {
  const [draft, change, discard] = useDraft<RunDraft>(`run ${playbook.id}`, NOTHING_CHOSEN);
  const { start, isUnderWay, fault } = useStart(playbook.id, discard);
  const targets = targetsOf(draft);
  const set = (part: Partial<RunDraft>): void => change({ ...draft, ...part });
  const close = (): void => {
    discard();
    onClose();
  };
  return (
    <Modal opened onClose={close} title={`Run ${playbook.name}`} size="lg" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack>
        {hasUnsavedChanges && <Alert color="yellow">What you have not saved is not part of the run.</Alert>}
        <NotReady readiness={playbook.readiness} />
        <SegmentedControl aria-label="How many targets" value={draft.isMany ? 'many' : 'one'} onChange={(value) => set({ isMany: value === 'many' })} data={[{ value: 'one', label: 'One target' }, { value: 'many', label: 'Many targets' }]} />
        {draft.isMany ? (
          <Textarea
            label="Targets"
            description={`User principal names or object ids, one per line, at most 1,000. Entered: ${targets.length}.`}
            value={draft.list}
            onChange={({ currentTarget }) => set({ list: currentTarget.value })}
            autosize
            minRows={4}
            maxRows={12}
            required
            data-autofocus
          />
        ) : (
          <TargetPicker playbookId={playbook.id} typed={draft.typed} chosen={chosenOf(draft)} onChange={(typed, chosen) => set({ typed, chosen: chosen ?? null })} />
        )}
        <Textarea
          label="Reason"
          description={playbook.requiresReason ? 'This playbook demands one; a dry run needs none.' : 'For those who look at the run later.'}
          value={draft.reason}
          onChange={({ currentTarget }) => set({ reason: currentTarget.value })}
          autosize
          minRows={2}
          maxLength={2_000}
        />
        {fault && <FaultNotice fault={fault} order={3} />}
        <StartButtons hasTarget={targets.length > 0} lacksReason={playbook.requiresReason && draft.reason.trim() === ''} isUnderWay={isUnderWay} onStart={(isDryRun) => void start(draft, isDryRun)} onBack={close} />
      </Stack>
    </Modal>
  );
}

interface StartProps {
  readonly hasTarget: boolean;
  readonly lacksReason: boolean;
  readonly isUnderWay: boolean;
  readonly onStart: (isDryRun: boolean) => void;
  readonly onBack: () => void;
}

/** No form: Enter after a half-typed name must not start anything. */
function StartButtons({ hasTarget, lacksReason, isUnderWay, onStart, onBack }: StartProps) {
  return (
    <>
      <Group justify="flex-end">
        <Button variant="default" onClick={onBack}>
          Back
        </Button>
        <Button variant="default" disabled={!hasTarget || isUnderWay} onClick={() => onStart(true)}>
          Dry run: change nothing
        </Button>
        <Button disabled={!hasTarget || lacksReason} loading={isUnderWay} onClick={() => onStart(false)}>
          Run now
        </Button>
      </Group>
      {hasTarget && lacksReason && <Text className="quiet">To run it, say why.</Text>}
    </>
  );
}

/** Starts a run, or a batch, and goes there. */
function useStart(playbookId: string, onStarted: () => void) {
  const navigate = useNavigate();
  const idempotencyKey = useIdempotencyKey();
  const one = useAct(RunPlaybookDocument);
  const many = useAct(RunPlaybookBatchDocument);
  const start = async (draft: RunDraft, dryRun: boolean): Promise<void> => {
    const asked = { playbookId, dryRun, reason: draft.reason.trim() || null };
    const targets = targetsOf(draft).map((id) => ({ id }));
    const [target] = targets;
    if (!target) return;
    const place = draft.isMany ? await startMany({ ...asked, targets }) : await startOne({ ...asked, target });
    if (place === undefined) return;
    onStarted();
    await navigate(place);
  };
  const startOne = async (input: Parameters<typeof one.act>[0]['input']): Promise<string | undefined> => {
    many.reset();
    const done = await one.act({ input: { ...input, idempotencyKey } });
    return done && `/runs/${encodeURIComponent(done.runPlaybook.run.id)}`;
  };
  const startMany = async (input: Parameters<typeof many.act>[0]['input']): Promise<string | undefined> => {
    one.reset();
    const done = await many.act({ input: { ...input, idempotencyKey } });
    return done && `/runs?batch=${encodeURIComponent(done.runPlaybookBatch.batch.id)}`;
  };
  return { start, isUnderWay: one.isUnderWay || many.isUnderWay, fault: one.fault ?? many.fault };
}

function NotReady({ readiness: { ready, problems } }: Pick<PlaybookToRun, 'readiness'>) {
  if (ready) return null;
  return (
    <Alert color="red" title="It cannot run yet">
      <List>
        {problems.map(({ message }) => (
          <List.Item key={message}>{message}</List.Item>
        ))}
      </List>
    </Alert>
  );
}
