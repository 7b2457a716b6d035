import { useEffect } from 'react';
import { useBlocker } from 'react-router';
import { ConfirmDialog } from './ConfirmDialog.js';

interface Props {
  readonly isOn: boolean;
  /** Asked at the moment of leaving: whether there is nothing to lose after all. */
  readonly isLetThrough?: () => boolean;
  readonly onLeave: () => void;
}

/** Asks before a page with unsaved changes is left. */
export function LeaveGuard({ isOn, isLetThrough = () => false, onLeave }: Props) {
  const blocker = useBlocker(({ currentLocation, nextLocation }) => isOn && !isLetThrough() && currentLocation.pathname !== nextLocation.pathname);
  useEffect(() => {
    if (!isOn) return undefined;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [isOn]);
  if (blocker.state !== 'blocked') return null;
  return (
    <ConfirmDialog
      title="Leave without saving?"
      verb="Discard and leave"
      isDangerous
      isUnderWay={false}
      fault={undefined}
      onClose={() => blocker.reset()}
      onConfirm={() => {
        onLeave();
        blocker.proceed();
      }}
    >
      What you have changed here is not saved and will be lost.
    </ConfirmDialog>
  );
}
