import { Button, Group, Text } from '@mantine/core';
import type { Fault } from '../../../api/fault.js';
import { FaultNotice } from '../../../states/FaultNotice.js';
import classes from './SaveBar.module.css';
import type { Editing } from './use-editing.js';

interface Props {
  readonly editing: Editing;
  readonly isNew: boolean;
  readonly isUnderWay: boolean;
  readonly fault: Fault | undefined;
  readonly onSave: () => void;
  readonly onDiscard: () => void;
}

/** Saves all of it; it stays in sight. */
export function SaveBar({ editing: { hasChanges, isOvertaken }, isNew, isUnderWay, fault, onSave, onDiscard }: Props) {
  return (
    <>
      {/* A conflict is told above, with both versions. */}
      {fault && !(fault.code === 'CONFLICT' && isOvertaken) && <FaultNotice fault={fault} />}
      <Group py="sm" className={classes['bar'] ?? ''}>
        <Button onClick={onSave} loading={isUnderWay} disabled={isOvertaken || (!isNew && !hasChanges)}>
          Save
        </Button>
        {hasChanges && (
          <Button variant="default" onClick={onDiscard}>
            Discard changes
          </Button>
        )}
        <Text className="quiet" role="status">
          {hasChanges ? 'Not saved yet' : !isNew && 'Saved'}
        </Text>
      </Group>
    </>
  );
}
