import { Button, List, Stack, Text } from '@mantine/core';
import { Link } from 'react-router';
import { useAct } from '../../api/use-act.js';
import { useMay } from '../../api/viewer.js';
import { ConnectSandboxDocument, MakeExampleDocument, type FirstStepsQuery } from '../../gql/overview.js';
import { Empty } from '../../states/Empty.js';
import { FaultNotice } from '../../states/FaultNotice.js';
import { FirstRun } from './FirstRun.js';
import type { Tenant } from './sandbox-tenant.js';
import { Step } from './Step.js';

interface Props {
  readonly steps: FirstStepsQuery;
  readonly onDone: () => void;
}


/** Nothing was run yet: the way to a contained user of the sandbox tenant, or to the first playbook of one's own. */
export function FirstSteps({ steps: { providers, connections }, onDone }: Props) {
  const provider = providers.find(({ sandboxTenant }) => sandboxTenant);
  if (!provider?.sandboxTenant) return <OwnTenant isConnected={connections.length > 0} />;
  const tenant = provider.sandboxTenant;
  const own = connections.filter((connection) => connection.provider.id === provider.id);
  const connection = own.find(({ playbooks }) => playbooks.length > 0) ?? own[0];
  const playbook = connection?.playbooks[0];
  return (
    <Empty title="Contain a user of the sandbox tenant, in four clicks">
      <Text>{`A local imitation of ${provider.title} with fictional users. Nothing that is done there reaches a real tenant.`}</Text>
      <Stack component="ol" gap="md" p={0} m={0} w="100%" style={{ listStyle: 'none' }}>
        <Connect tenant={tenant} providerId={provider.id} connectionName={connection?.name} onDone={onDone} />
        <MakeExample tenant={tenant} connectionId={connection?.id} playbook={playbook} onDone={onDone} />
        <FirstRun tenant={tenant} playbookId={playbook?.id} />
      </Stack>
    </Empty>
  );
}

function OwnTenant({ isConnected }: { readonly isConnected: boolean }) {
  return (
    <Empty title="Nothing was run yet">
      <List>
        <List.Item>{isConnected ? 'A tenant is connected.' : <Link to="/connections">Connect a tenant</Link>}</List.Item>
        <List.Item>
          <Link to="/playbooks/new">Make a playbook</Link>, and run it
        </List.Item>
        <List.Item>
          <Link to="/triggers/new">Make a trigger</Link>, so that it runs by itself
        </List.Item>
      </List>
    </Empty>
  );
}

function Connect({ tenant, providerId, connectionName, onDone }: { readonly tenant: Tenant; readonly providerId: string; readonly connectionName: string | undefined; readonly onDone: () => void }) {
  const may = useMay()('connection:write');
  const { act, isUnderWay, fault } = useAct(ConnectSandboxDocument);
  const connect = async (): Promise<void> => {
    if (await act({ input: { provider: providerId, name: tenant.connectionName, settings: tenant.connectionSettings } })) onDone();
  };
  return (
    <Step number={1} title="Connect the sandbox tenant" done={connectionName && `Connected: ${connectionName}.`}>
      {may ? (
        <Button onClick={() => void connect()} loading={isUnderWay}>
          Connect the sandbox tenant
        </Button>
      ) : (
        <Text>Ask an administrator to connect it.</Text>
      )}
      {fault && <FaultNotice fault={fault} order={3} />}
    </Step>
  );
}

interface MakeExampleProps {
  readonly tenant: Tenant;
  readonly connectionId: string | undefined;
  readonly playbook: { readonly id: string; readonly name: string } | undefined;
  readonly onDone: () => void;
}

function MakeExample({ tenant, connectionId, playbook, onDone }: MakeExampleProps) {
  const may = useMay()('playbook:write');
  const { act, isUnderWay, fault } = useAct(MakeExampleDocument);
  const make = async (): Promise<void> => {
    const steps = tenant.exampleActions.map(({ id }) => ({ action: id, connectionId }));
    if (await act({ input: { name: tenant.examplePlaybookName, steps } })) onDone();
  };
  return (
    <Step number={2} title="Make the example playbook" done={playbook && <Link to={`/playbooks/${encodeURIComponent(playbook.id)}`}>{playbook.name}</Link>} isFar={connectionId === undefined}>
      <Text size="sm">{`${tenant.examplePlaybookName}: ${tenant.exampleActions.map(({ title }) => title.toLowerCase()).join(', ')}.`}</Text>
      {may ? (
        <Button onClick={() => void make()} loading={isUnderWay}>
          Make the example playbook
        </Button>
      ) : (
        <Text>Ask an author of playbooks to make it.</Text>
      )}
      {fault && <FaultNotice fault={fault} order={3} />}
    </Step>
  );
}
