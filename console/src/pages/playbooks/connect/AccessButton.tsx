import { Button, Modal } from '@mantine/core';
import { useState } from 'react';
import type { ConnectionStateFragment } from '../../../gql/playbooks.js';
import { Access } from './Access.js';

interface Props {
  readonly connection: ConnectionStateFragment;
  /** Something may have changed about the connection. */
  readonly onChanged: () => void;
}

/** Opens what was granted in a tenant, and how to grant what is missing. */
export function AccessButton({ connection, onChanged }: Props) {
  const [isOpen, setIsOpen] = useState(false);
  const verb = connection.consent.status === 'GRANTED' ? 'Access' : 'Grant access';
  return (
    <>
      <Button variant="default" size="compact-sm" onClick={() => setIsOpen(true)} aria-label={`${verb} to ${connection.name}`}>
        {verb}
      </Button>
      {isOpen && (
        <Modal opened onClose={() => setIsOpen(false)} title={`Access to ${connection.name}`} size="lg" closeButtonProps={{ 'aria-label': 'Close' }}>
          <Access connection={connection} onChanged={onChanged} onDone={() => setIsOpen(false)} />
        </Modal>
      )}
    </>
  );
}
