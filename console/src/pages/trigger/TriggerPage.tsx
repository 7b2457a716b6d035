import { Stack, Text, Title } from '@mantine/core';
import { useParams } from 'react-router';
import { useRead } from '../../api/use-read.js';
import { EventTypesDocument, TriggerDocument } from '../../gql/trigger.js';
import { Moment } from '../../parts/Moment.js';
import { FaultNotice } from '../../states/FaultNotice.js';
import { Shown } from '../../states/Shown.js';
import { FiringList } from './FiringList.js';
import { SavedTriggerEditor } from './SavedTriggerEditor.js';

/** A trigger: its rules, what they would do, and what they have done. */
export function Component() {
  const { id = '' } = useParams();
  return <OneTrigger key={id} id={id} />;
}

const gone = (id: string) => ({ code: 'NOT_FOUND', message: `There is no trigger ${id}, or you may not see it.`, problems: [] });

function OneTrigger({ id }: { readonly id: string }) {
  const read = useRead(TriggerDocument, { id });
  const types = useRead(EventTypesDocument, {});
  return (
    <Shown read={read}>
      {({ trigger }) => {
        if (!trigger) return <FaultNotice fault={gone(id)} order={1} />;
        return (
          <Stack>
            <title>{`${trigger.name} · Countermeasure`}</title>
            <div>
              <Title order={1}>{trigger.name}</Title>
              <Text className="quiet">
                Revision {trigger.revision}, saved <Moment at={trigger.updatedAt} />
                {trigger.nextDueAt && (
                  <>
                    ; next at <Moment at={trigger.nextDueAt} />
                  </>
                )}
              </Text>
            </div>
            <Shown read={types}>{({ eventTypes }) => <SavedTriggerEditor trigger={trigger} eventTypes={eventTypes} onRefresh={read.refresh} />}</Shown>
            <FiringList id={id} />
          </Stack>
        );
      }}
    </Shown>
  );
}
