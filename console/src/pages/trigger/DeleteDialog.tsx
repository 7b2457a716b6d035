import { useState } from 'react';
import { Navigate } from 'react-router';
import { useAct } from '../../api/use-act.js';
import { DeleteTriggerDocument } from '../../gql/trigger.js';
import { ConfirmDialog } from '../../parts/ConfirmDialog.js';
import type { SavedTrigger } from './trigger.types.js';

interface Props {
  readonly trigger: SavedTrigger;
  readonly onClose: () => void;
  readonly onDeleted: () => void;
}

export function DeleteDialog({ trigger, onClose, onDeleted }: Props) {
  const { act, isUnderWay, fault } = useAct(DeleteTriggerDocument);
  const [isGone, setIsGone] = useState(false);
  const confirm = async (): Promise<void> => {
    if (!(await act({ input: { id: trigger.id } }))) return;
    onDeleted();
    setIsGone(true);
  };
  if (isGone) return <Navigate to="/triggers" replace />;
  return (
    <ConfirmDialog title={`Delete ${trigger.name}?`} verb="Delete" isDangerous isUnderWay={isUnderWay} fault={fault} onClose={onClose} onConfirm={() => void confirm()}>
      It fires no more. What it has fired stays readable, and runs under way go on.
    </ConfirmDialog>
  );
}
