import { Button, Group, List, Text } from '@mantine/core';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { useAct } from '../../api/use-act.js';
import { useMay } from '../../api/viewer.js';
import { DeleteConnectionDocument } from '../../gql/connections.js';
import { Box } from '../../parts/Box.js';
import { ConfirmDialog } from '../../parts/ConfirmDialog.js';
import { Facts } from '../../parts/Facts.js';
import { Moment } from '../../parts/Moment.js';
import { labelOf, type Schema } from '../../parts/schema-form/schema.js';
import type { Connection } from './connection.types.js';
import { EditConnection } from './EditConnection.js';
import { textOf } from './setting-text.js';

/** How the tenant is filled in, which playbooks use it, and what an administrator can do with it. */
export function ConnectionUse({ connection, onDone }: { readonly connection: Connection; readonly onDone: () => void }) {
  const mayWrite = useMay()('connection:write');
  const [asked, setAsked] = useState<'edit' | 'delete'>();
  const { provider, settings, playbooks } = connection;
  const { properties = {} } = provider.connectionSettings as Schema;
  const close = (): void => setAsked(undefined);
  return (
    <Box title="Settings">
      <Facts
        facts={{
          Provider: provider.title,
          ...Object.fromEntries(Object.entries(settings).map(([name, value]) => [labelOf(name, properties[name] ?? {}), textOf(value)])),
          Made: <Moment at={connection.createdAt} />,
          Id: connection.id,
        }}
      />
      <Text fw={600}>{playbooks.length === 0 ? 'No playbook uses it.' : 'Used by:'}</Text>
      {playbooks.length > 0 && (
        <List>
          {playbooks.map(({ id, name }) => (
            <List.Item key={id}>
              <Link to={`/playbooks/${encodeURIComponent(id)}`}>{name}</Link>
            </List.Item>
          ))}
        </List>
      )}
      {mayWrite && (
        <Group gap="sm">
          <Button variant="default" onClick={() => setAsked('edit')}>
            Edit
          </Button>
          {playbooks.length === 0 ? (
            <Button variant="default" onClick={() => setAsked('delete')}>
              Delete
            </Button>
          ) : (
            <Text className="quiet">It can be deleted when no playbook uses it.</Text>
          )}
        </Group>
      )}
      {asked === 'edit' && <EditConnection connection={connection} onClose={close} onDone={onDone} />}
      {asked === 'delete' && <Delete connection={connection} onClose={close} />}
    </Box>
  );
}

function Delete({ connection: { id, name }, onClose }: { readonly connection: Connection; readonly onClose: () => void }) {
  const navigate = useNavigate();
  const { act, isUnderWay, fault } = useAct(DeleteConnectionDocument);
  const confirm = async (): Promise<void> => {
    if (await act({ input: { id } })) await navigate('/connections', { replace: true });
  };
  return (
    <ConfirmDialog title={`Delete ${name}?`} verb="Delete" isDangerous isUnderWay={isUnderWay} fault={fault} onClose={onClose} onConfirm={() => void confirm()}>
      Its credential is deleted with it. Its runs stay readable. What was granted in the tenant stays granted there, until its administrator removes the app.
    </ConfirmDialog>
  );
}
