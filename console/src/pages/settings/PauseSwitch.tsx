import { Button, Group, Text } from '@mantine/core';
import { useState } from 'react';
import { useAct } from '../../api/use-act.js';
import { useMay } from '../../api/viewer.js';
import { UpdateGuardrailsDocument, type LimitsFragment } from '../../gql/settings.js';
import { nameOfActor } from '../../parts/actor.js';
import { Box } from '../../parts/Box.js';
import { ConfirmDialog } from '../../parts/ConfirmDialog.js';
import { Moment } from '../../parts/Moment.js';

/** Stops everything, and lets it go on. */
export function PauseSwitch({ guardrails: { paused, pausedAt, pausedBy, pausedReason } }: { readonly guardrails: LimitsFragment }) {
  const may = useMay();
  const [asked, setAsked] = useState<'pause' | 'go on'>();
  const { act, isUnderWay, fault, reset } = useAct(UpdateGuardrailsDocument);
  const close = (): void => {
    setAsked(undefined);
    reset();
  };
  const confirm = async (reason: string): Promise<void> => {
    const done = await act({ input: asked === 'pause' ? { paused: true, reason: reason || null } : { paused: false } });
    if (done) close();
  };
  const dialog = { isUnderWay, fault, onClose: close, onConfirm: (reason: string) => void confirm(reason) };
  return (
    <Box title="Pause switch">
      <Text role="status" aria-live="polite">
        <Text component="span" fw={700} data-mood={paused ? 'bad' : 'good'}>
          {paused ? 'All runs are paused' : 'Runs go on'}
        </Text>
        {paused && pausedAt && (
          <>
            , since <Moment at={pausedAt} />
            {pausedBy && ` by ${nameOfActor(pausedBy)}`}
            {pausedReason && `: ${pausedReason}`}
          </>
        )}
      </Text>
      {paused
        ? may('guardrail:write') && (
            <Group>
              <Button onClick={() => setAsked('go on')}>Let runs go on</Button>
            </Group>
          )
        : may('guardrail:pause') && (
            <Group>
              <Button color="red" onClick={() => setAsked('pause')}>
                Pause all runs
              </Button>
            </Group>
          )}
      {asked === 'go on' && (
        <ConfirmDialog title="Let runs go on?" verb="Let runs go on" {...dialog}>
          Everything that waited for the pause to end starts at once.
        </ConfirmDialog>
      )}
      {asked === 'pause' && (
        <ConfirmDialog title="Pause all runs?" verb="Pause all runs" reasonLabel="Why" isDangerous {...dialog}>
          Nothing new starts, dry runs neither. What is under way ends by itself. Runs that are asked for are accepted and wait.
        </ConfirmDialog>
      )}
    </Box>
  );
}
