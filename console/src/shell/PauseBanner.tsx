import { Alert } from '@mantine/core';
import { useEffect } from 'react';
import { useRead } from '../api/use-read.js';
import { useMay } from '../api/viewer.js';
import { PauseSwitchDocument } from '../gql/shell.js';
import { nameOfActor } from '../parts/actor.js';

const LOOK_EVERY_MS = 15_000;

/** That all runs are paused, to whoever may know. */
export function PauseBanner() {
  const { data, refresh } = useRead(PauseSwitchDocument, {}, useMay()('guardrail:read'));
  const isKnown = data !== undefined;
  useEffect(() => {
    if (!isKnown) return undefined;
    const timer = setInterval(() => !document.hidden && refresh(), LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [isKnown, refresh]);
  if (!data?.guardrails.paused) return null;
  const { pausedBy, pausedReason } = data.guardrails;
  return (
    <Alert color="red" title="All runs are paused" role="status">
      Nothing new starts until the pause is over{pausedBy && `; ${nameOfActor(pausedBy)} paused them`}
      {pausedReason && `: ${pausedReason}`}.
    </Alert>
  );
}
