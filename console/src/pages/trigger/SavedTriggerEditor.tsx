import { Button, Group } from '@mantine/core';
import { useState } from 'react';
import { useMay } from '../../api/viewer.js';
import { LeaveGuard } from '../../parts/LeaveGuard.js';
import { TwoVersions } from '../../parts/TwoVersions.js';
import { FaultNotice } from '../../states/FaultNotice.js';
import { DeleteDialog } from './DeleteDialog.js';
import { differencesOf, rulesOf } from './rules.js';
import { TriggerForm } from './TriggerForm.js';
import { TryBox } from './TryBox.js';
import type { EventType, SavedTrigger } from './trigger.types.js';
import { useEdited } from './use-edited.js';
import { useSave } from './use-save.js';

interface Props {
  readonly trigger: SavedTrigger;
  readonly eventTypes: readonly EventType[];
  readonly onRefresh: () => void;
}

export function SavedTriggerEditor({ trigger, eventTypes, onRefresh }: Props) {
  const may = useMay()('trigger:write');
  const saved = rulesOf(trigger);
  const edited = useEdited(`trigger ${trigger.id}`, trigger.revision, saved);
  const { rules, isChanged, isOutdated, change, rebase, reset } = edited;
  const { save, isUnderWay, fault } = useSave(trigger.id, edited, onRefresh);
  const [isDeleting, setIsDeleting] = useState(false);
  const [isDeleted, setIsDeleted] = useState(false);
  const eventType = eventTypes.find(({ id }) => id === rules.eventType);
  return (
    <>
      <LeaveGuard isOn={isChanged && !isDeleted} onLeave={reset} />
      {isOutdated && <TwoVersions differences={differencesOf(rules, saved, eventType)} onKeepMine={() => rebase(trigger.revision, saved)} onTakeSaved={reset} />}
      <TriggerForm rules={rules} eventTypes={eventTypes} fault={fault} isReadOnly={!may} onChange={change} onSubmit={() => void save()}>
        {fault && fault.code !== 'CONFLICT' && <FaultNotice fault={fault} />}
        {may && (
          <Group>
            <Button type="submit" loading={isUnderWay} disabled={!isChanged || isOutdated}>
              Save
            </Button>
            {isChanged && (
              <Button variant="default" onClick={reset}>
                Discard changes
              </Button>
            )}
            <Button variant="default" onClick={() => setIsDeleting(true)}>
              Delete
            </Button>
          </Group>
        )}
      </TriggerForm>
      {isDeleting && (
        <DeleteDialog
          trigger={trigger}
          onClose={() => setIsDeleting(false)}
          onDeleted={() => {
            reset();
            setIsDeleted(true);
          }}
        />
      )}
      <TryBox id={trigger.id} rules={rules} eventTypes={eventTypes} />
    </>
  );
}
