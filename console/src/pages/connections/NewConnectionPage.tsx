import { Alert, Button, Group, NativeSelect, Stack, Text, TextInput, Title } from '@mantine/core';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { problemAt } from '../../api/fault.js';
import { useAct } from '../../api/use-act.js';
import { useRead } from '../../api/use-read.js';
import { useMay, useViewer } from '../../api/viewer.js';
import { ConnectionFormsDocument, CreateConnectionDocument, type ConnectionFormFragment } from '../../gql/connections.js';
import { SchemaForm } from '../../parts/schema-form/SchemaForm.js';
import type { Value } from '../../parts/schema-form/schema.js';
import { useDraft } from '../../session/use-draft.js';
import { Empty } from '../../states/Empty.js';
import { FaultNotice } from '../../states/FaultNotice.js';
import { Shown } from '../../states/Shown.js';

const FORBIDDEN = { code: 'FORBIDDEN', message: 'Connecting a tenant needs the permission connection:write.', problems: [] };

/** Connects a tenant: its settings as its provider asks for them. Consent comes afterwards, on the connection's page. */
export function Component() {
  const may = useMay();
  const mayNot = useViewer() !== undefined && !may('connection:write');
  const read = useRead(ConnectionFormsDocument, {});
  return (
    <Stack maw="40rem">
      <title>New connection · Countermeasure</title>
      <Title order={1}>New connection</Title>
      {mayNot ? <FaultNotice fault={FORBIDDEN} /> : <Shown read={read}>{({ providers }) => (providers.length === 0 ? <Empty title="There are no providers">Whoever runs the service lists plugins in PLUGINS.</Empty> : <NewConnection providers={providers} />)}</Shown>}
    </Stack>
  );
}

interface Draft {
  readonly provider: string;
  readonly name: string;
  readonly settings: Value;
}

function NewConnection({ providers }: { readonly providers: readonly ConnectionFormFragment[] }) {
  const navigate = useNavigate();
  const [draft, setDraft, discard] = useDraft<Draft>('new connection', { provider: providers[0]?.id ?? '', name: '', settings: {} });
  // A secret is kept nowhere while it is typed.
  const [secret, setSecret] = useState<Value>({});
  const { act, isUnderWay, fault } = useAct(CreateConnectionDocument);
  const provider = providers.find(({ id }) => id === draft.provider) ?? providers[0];
  const choose = (id: string): void => {
    setDraft({ ...draft, provider: id, settings: {} });
    setSecret({});
  };
  const create = async (): Promise<void> => {
    const done = await act({ input: { provider: provider?.id ?? '', name: draft.name, settings: draft.settings, ...(Object.keys(secret).length > 0 && { credential: secret }) } });
    if (!done) return;
    discard();
    await navigate(`/connections/${encodeURIComponent(done.createConnection.connection.id)}`, { replace: true });
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void create();
      }}
    >
      <Stack>
        <NativeSelect label="Provider" value={provider?.id ?? ''} onChange={({ currentTarget }) => choose(currentTarget.value)} data={providers.map(({ id, title }) => ({ value: id, label: title }))} description={provider?.description} />
        {provider?.sandbox && <Alert color="yellow">A sandbox tenant stands in for {provider.title}. The service said its tenant id when it started.</Alert>}
        <TextInput label="Name" description="For people: which tenant it is." value={draft.name} onChange={({ currentTarget }) => setDraft({ ...draft, name: currentTarget.value })} error={problemAt(fault, 'input', 'name')} maxLength={200} required />
        <SchemaForm schema={provider?.connectionSettings ?? {}} value={draft.settings} onChange={(settings) => setDraft({ ...draft, settings })} problemAt={(path) => problemAt(fault, 'input', 'settings', ...path)} />
        {provider?.connectionCredential && (
          <details>
            <summary>A credential of its own</summary>
            <Stack gap="sm" pt="sm">
              <Text className="quiet">Leave it empty to use the credential of the service. What is entered is stored encrypted and never shown again.</Text>
              <SchemaForm schema={{ ...provider.connectionCredential, required: [] }} value={secret} onChange={setSecret} problemAt={(path) => problemAt(fault, 'input', 'credential', ...path)} isSecret />
            </Stack>
          </details>
        )}
        {fault && <FaultNotice fault={fault} />}
        <Group>
          <Button type="submit" loading={isUnderWay}>
            Connect
          </Button>
          <Button variant="default" component={Link} to="/connections">
            Back
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
