import { Stack, Title } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useLive } from '../../api/use-live.js';
import { usePoll } from '../../api/use-poll.js';
import { useRead } from '../../api/use-read.js';
import { AnyRunDocument, FirstStepsDocument, NowDocument } from '../../gql/overview.js';
import { Shown } from '../../states/Shown.js';
import { FirstSteps } from './FirstSteps.js';
import { NowCards } from './NowCards.js';
import { StatisticsBox } from './StatisticsBox.js';

const TOGETHER_MS = 1_000;

/** How things stand and went; before the first run, the way to it. */
export function Component() {
  const now = useRead(NowDocument, {});
  const isUsed = now.data !== undefined && now.data.anyRun.nodes.length > 0;
  const firstSteps = useRead(FirstStepsDocument, {}, !isUsed);
  const refresh = useTogether(now.refresh);
  usePoll(5_000, now.refresh);
  useLive(AnyRunDocument, { key: 'any', variablesNow: () => ({}), onData: refresh, onResume: refresh });
  return (
    <Stack>
      <title>Overview · Countermeasure</title>
      <Title order={1}>Overview</Title>
      <Shown read={now}>
        {(data) =>
          isUsed ? (
            <>
              <NowCards now={data} />
              <StatisticsBox />
            </>
          ) : (
            <Shown read={firstSteps}>{(steps) => <FirstSteps steps={steps} onDone={firstSteps.refresh} />}</Shown>
          )
        }
      </Shown>
    </Stack>
  );
}

/** Many changes in a moment are one look. */
function useTogether(look: () => void): () => void {
  const waiting = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(waiting.current), []);
  return () => {
    waiting.current ??= setTimeout(() => {
      waiting.current = undefined;
      look();
    }, TOGETHER_MS);
  };
}
