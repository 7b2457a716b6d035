import { useEffect, useRef, useState } from 'react';
import type { Fault } from '../../api/fault.js';
import { useLive } from '../../api/use-live.js';
import { RunProgressDocument, type RunProgressSubscription } from '../../gql/run.js';

export type RunEvent = RunProgressSubscription['runProgress'];

const TOGETHER_MS = 100;

/** Every event of a run from the first to the last, each once, across cut connections. `onNews`: the run has changed. */
export function useRunEvents(runId: string, onNews: () => void): { events: readonly RunEvent[]; status: RunEvent['runStatus'] | undefined; fault: Fault | undefined } {
  const [events, setEvents] = useState<readonly RunEvent[]>([]);
  const last = useRef(0);
  const arrived = useRef<RunEvent[]>([]);
  const waiting = useRef<ReturnType<typeof setTimeout>>(undefined);
  // Many events in a moment are drawn once, and are one look at the run.
  const show = (): void => {
    waiting.current = undefined;
    const news = arrived.current;
    arrived.current = [];
    setEvents((shown) => [...shown, ...news]);
    onNews();
  };
  useEffect(() => () => clearTimeout(waiting.current), []);
  const fault = useLive(RunProgressDocument, {
    key: runId,
    variablesNow: () => ({ runId, after: last.current }),
    onData: ({ runProgress }) => {
      if (runProgress.sequence <= last.current) return;
      last.current = runProgress.sequence;
      arrived.current.push(runProgress);
      waiting.current ??= setTimeout(show, TOGETHER_MS);
    },
    onComplete: onNews,
  });
  return { events, status: events.at(-1)?.runStatus, fault };
}
