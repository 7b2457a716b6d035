import { Alert } from '@mantine/core';
import { usePoll } from '../api/use-poll.js';
import { useRead } from '../api/use-read.js';
import { useMay } from '../api/viewer.js';
import { PauseSwitchDocument } from '../gql/shell.js';
import { nameOfActor } from '../parts/actor.js';

/** That all runs are paused, to whoever may know. */
export function PauseBanner() {
  const { data, refresh } = useRead(PauseSwitchDocument, {}, useMay()('guardrail:read'));
  usePoll(5_000, refresh, data !== undefined);
  if (!data?.guardrails.paused) return null;
  const { pausedBy, pausedReason } = data.guardrails;
  return (
    <Alert color="red" title="All runs are paused" role="status">
      Nothing new starts until the pause is over{pausedBy && `; ${nameOfActor(pausedBy)} paused them`}
      {pausedReason && `: ${pausedReason}`}.
    </Alert>
  );
}
