import { Button } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { useMay } from '../../../api/viewer.js';
import type { PlaybookToRun } from './run-draft.js';

const RunDialog = lazy(() => import('./RunDialog.js'));

interface Props {
  readonly playbook: PlaybookToRun;
  /** What somebody has changed and not saved is not run. */
  readonly hasUnsavedChanges?: boolean;
  readonly isSmall?: boolean;
}

/** Opens the picker, for those who may start runs. */
export function RunButton({ playbook, hasUnsavedChanges = false, isSmall = false }: Props) {
  const may = useMay();
  const [isOpen, setIsOpen] = useState(false);
  if (!may('run:start')) return null;
  return (
    <>
      <Button size={isSmall ? 'xs' : 'sm'} onClick={() => setIsOpen(true)} aria-label={`Run ${playbook.name}`}>
        Run
      </Button>
      <Suspense>{isOpen && <RunDialog playbook={playbook} hasUnsavedChanges={hasUnsavedChanges} onClose={() => setIsOpen(false)} />}</Suspense>
    </>
  );
}
