import { Button, Group, NativeSelect, Stack } from '@mantine/core';
import { useState } from 'react';
import { useMay } from '../../../api/viewer.js';
import { AccessButton } from '../connect/AccessButton.js';
import { AccessMark } from '../connect/AccessMark.js';
import { ConnectDialog } from '../connect/ConnectDialog.js';
import type { StepDraft } from './draft.js';
import { providerOf, useEditor, type Connection } from './editor-context.js';

interface Props {
  readonly step: StepDraft;
  readonly error: string | undefined;
  readonly onChange: (connectionId: string | null) => void;
  /** A tenant was connected here. */
  readonly onConnected: (connection: Connection) => void;
}

/** The tenant that a step acts on: one of those that are connected, or a new one. */
export function ConnectionField({ step, error, onChange, onConnected }: Props) {
  const { providers, connections, refresh } = useEditor();
  const may = useMay();
  const [isConnecting, setIsConnecting] = useState(false);
  const provider = providerOf(providers, step.action);
  const offered = connections.filter((connection) => connection.provider.id === provider?.id);
  const chosen = connections.find(({ id }) => id === step.connectionId);
  return (
    <Stack gap="xs">
      <Group align="flex-end" gap="sm">
        <NativeSelect
          label="Connection"
          description={`The tenant of ${provider?.title ?? 'the provider'} that it acts on.`}
          value={step.connectionId ?? ''}
          onChange={({ currentTarget }) => onChange(currentTarget.value || null)}
          data={[{ value: '', label: 'None yet' }, ...offered.map(({ id, name }) => ({ value: id, label: name }))]}
          error={error}
        />
        {provider && may('connection:write') && (
          <Button variant="default" onClick={() => setIsConnecting(true)}>
            New connection
          </Button>
        )}
      </Group>
      {chosen && (
        <Group gap="sm">
          <AccessMark connection={chosen} />
          <AccessButton connection={chosen} onChanged={refresh} />
        </Group>
      )}
      {provider && isConnecting && (
        <ConnectDialog
          provider={provider}
          connections={connections}
          onConnected={(connection) => {
            onConnected(connection);
            refresh();
          }}
          onChanged={refresh}
          onClose={() => setIsConnecting(false)}
        />
      )}
    </Stack>
  );
}
