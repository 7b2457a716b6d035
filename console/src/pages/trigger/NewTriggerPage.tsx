import { Button, Group, Stack, Title } from '@mantine/core';
import { useState } from 'react';
import { Navigate } from 'react-router';
import { useAct } from '../../api/use-act.js';
import { useRead } from '../../api/use-read.js';
import { CreateTriggerDocument, EventTypesDocument } from '../../gql/trigger.js';
import { LeaveGuard } from '../../parts/LeaveGuard.js';
import { FaultNotice } from '../../states/FaultNotice.js';
import { Shown } from '../../states/Shown.js';
import { EMPTY, settingsOf } from './rules.js';
import { TriggerForm } from './TriggerForm.js';
import { TryBox } from './TryBox.js';
import type { EventType } from './trigger.types.js';
import { useEdited } from './use-edited.js';

export function Component() {
  const types = useRead(EventTypesDocument, {});
  return (
    <Stack>
      <title>New trigger · Countermeasure</title>
      <Title order={1}>New trigger</Title>
      <Shown read={types}>{({ eventTypes }) => <NewTrigger eventTypes={eventTypes} />}</Shown>
    </Stack>
  );
}

function NewTrigger({ eventTypes }: { readonly eventTypes: readonly EventType[] }) {
  const { rules, isChanged, change, reset } = useEdited('new trigger', 0, EMPTY);
  const { act, isUnderWay, fault } = useAct(CreateTriggerDocument);
  const [createdId, setCreatedId] = useState<string>();
  const create = async (): Promise<void> => {
    const done = await act({ input: { ...settingsOf(rules), eventType: rules.eventType, playbookIds: rules.playbooks.map(({ id }) => id) } });
    if (!done) return;
    reset();
    setCreatedId(done.createTrigger.trigger.id);
  };
  if (createdId !== undefined) return <Navigate to={`/triggers/${encodeURIComponent(createdId)}`} replace />;
  return (
    <>
      <LeaveGuard isOn={isChanged} onLeave={reset} />
      <TriggerForm rules={rules} eventTypes={eventTypes} fault={fault} isNew onChange={change} onSubmit={() => void create()}>
        {fault && <FaultNotice fault={fault} />}
        <Group>
          <Button type="submit" loading={isUnderWay} disabled={rules.eventType === ''}>
            Create trigger
          </Button>
          {isChanged && (
            <Button variant="default" onClick={reset}>
              Begin anew
            </Button>
          )}
        </Group>
      </TriggerForm>
      {rules.eventType !== '' && <TryBox key={rules.eventType} id="new" rules={rules} eventTypes={eventTypes} />}
    </>
  );
}
