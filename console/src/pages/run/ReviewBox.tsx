import { Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { useAct } from '../../api/use-act.js';
import { ResolveReviewDocument, type ReviewResolution } from '../../gql/run.js';
import { useDraft } from '../../session/use-draft.js';
import { FaultNotice } from '../../states/FaultNotice.js';
import type { Step } from './run.types.js';

const ANSWERS: readonly (readonly [ReviewResolution, string])[] = [
  ['SUCCEEDED', 'It took effect: go on'],
  ['RETRY', 'It did not: try it again'],
  ['FAILED', 'Give it up'],
];

/** Nobody could read back whether the step took effect: a person looks at the provider and says so. */
export function ReviewBox({ step, onDone }: { readonly step: Step; readonly onDone: () => void }) {
  const [comment, setComment, discard] = useDraft(`review ${step.id}`, '');
  const { act, isUnderWay, fault } = useAct(ResolveReviewDocument);
  const resolve = async (resolution: ReviewResolution): Promise<void> => {
    const done = await act({ input: { runStepId: step.id, resolution, comment: comment.trim() || null } });
    if (done) discard();
    onDone();
  };
  return (
    <Stack gap="xs" pl="sm" style={{ borderLeft: '4px solid var(--bad)' }}>
      <Text fw={600}>Look at the provider whether this step took effect, then say so here.</Text>
      <Textarea label="Comment, kept with the run" value={comment} onChange={({ currentTarget }) => setComment(currentTarget.value)} autosize minRows={2} maxLength={2_000} />
      {fault && <FaultNotice fault={fault} order={3} />}
      <Group>
        {ANSWERS.map(([resolution, text]) => (
          <Button key={resolution} variant="default" disabled={isUnderWay} onClick={() => void resolve(resolution)}>
            {text}
          </Button>
        ))}
      </Group>
    </Stack>
  );
}
