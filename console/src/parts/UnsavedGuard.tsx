import { useEffect } from 'react';
import { useBlocker } from 'react-router';
import { ConfirmDialog } from './ConfirmDialog.js';

/** Asks before somebody leaves what they have changed and not saved. */
export function UnsavedGuard({ isUnsaved }: { readonly isUnsaved: boolean }) {
  const blocker = useBlocker(({ currentLocation, nextLocation }) => isUnsaved && currentLocation.pathname !== nextLocation.pathname);
  useEffect(() => {
    if (!isUnsaved) return undefined;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [isUnsaved]);
  if (blocker.state !== 'blocked') return null;
  return (
    <ConfirmDialog title="Leave without saving?" verb="Leave" isUnderWay={false} fault={undefined} onClose={blocker.reset} onConfirm={() => blocker.proceed()}>
      What you have changed is not saved. It stays in this tab: you find it here when you come back.
    </ConfirmDialog>
  );
}
