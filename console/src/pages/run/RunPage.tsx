import { Stack, Title } from '@mantine/core';
import { useParams } from 'react-router';
import { useRead } from '../../api/use-read.js';
import { RunDocument } from '../../gql/run.js';
import { isOver, wordOf } from '../../parts/status.js';
import { FaultNotice } from '../../states/FaultNotice.js';
import { Shown } from '../../states/Shown.js';
import { EventList } from './EventList.js';
import { RunActions } from './RunActions.js';
import { RunHeader } from './RunHeader.js';
import { StepCard } from './StepCard.js';
import { useRunEvents } from './use-run-events.js';

/** Follow along: a run with everything that happens in it, live. */
export function Component() {
  const { id = '' } = useParams();
  return <FollowedRun key={id} id={id} />;
}

const gone = (id: string) => ({ code: 'NOT_FOUND', message: `There is no run ${id}, or you may not see it.`, problems: [] });

function FollowedRun({ id }: { readonly id: string }) {
  const read = useRead(RunDocument, { id });
  const { events, status: lastStatus, fault } = useRunEvents(id, read.refresh);
  return (
    <Shown read={read}>
      {({ run }) => {
        if (!run) return <FaultNotice fault={gone(id)} order={1} />;
        // What was read may be newer than the last event, or older: a run that is over stays over.
        const status = isOver(run.status) ? run.status : (lastStatus ?? run.status);
        return (
          <Stack>
            <title>{`${wordOf(status)} · ${run.playbook.name} · Countermeasure`}</title>
            <RunHeader run={run} status={status} />
            <RunActions run={run} status={status} onDone={read.refresh} />
            {fault && fault.code !== 'NOT_FOUND' && <FaultNotice fault={fault} />}
            <Title order={2} size="h4">
              Steps
            </Title>
            <Stack component="ol" gap="sm" p={0} m={0} style={{ listStyle: 'none' }}>
              {run.steps.map((step) => (
                <StepCard key={step.id} step={step} isDryRun={run.dryRun} onDone={read.refresh} />
              ))}
            </Stack>
            <Title order={2} size="h4">
              Events
            </Title>
            <EventList events={events} />
          </Stack>
        );
      }}
    </Shown>
  );
}
