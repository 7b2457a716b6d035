import { Button, Radio, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useAct } from '../../api/use-act.js';
import { useIdempotencyKey } from '../../api/use-idempotency-key.js';
import { useRead } from '../../api/use-read.js';
import { useMay } from '../../api/viewer.js';
import { FindUsersDocument, RunExampleDocument } from '../../gql/overview.js';
import { FaultNotice } from '../../states/FaultNotice.js';
import { Shown } from '../../states/Shown.js';
import type { Tenant } from './sandbox-tenant.js';
import { Step } from './Step.js';

const TYPED_MS = 200;

interface Props {
  readonly tenant: Tenant;
  readonly playbookId: string | undefined;
}

/** The third click picks the user, the fourth runs the playbook; from there on it is followed. */
export function FirstRun({ tenant, playbookId }: Props) {
  const may = useMay();
  const [userId, setUserId] = useState<string>();
  if (!may('run:start') || !may('target:search')) {
    return (
      <Step number={3} title="Run it" isFar={playbookId === undefined}>
        <Text>Ask a responder or an administrator to run it.</Text>
      </Step>
    );
  }
  return (
    <>
      <Step number={3} title="Pick the user" isFar={playbookId === undefined}>
        {playbookId !== undefined && <Users playbookId={playbookId} example={tenant.exampleTargetId} value={userId} onChange={setUserId} />}
      </Step>
      <Step number={4} title="Run the playbook, and follow along" isFar={playbookId === undefined || userId === undefined}>
        {playbookId !== undefined && userId !== undefined && <Run key={userId} playbookId={playbookId} userId={userId} reason={tenant.exampleReason} />}
      </Step>
    </>
  );
}

/** One per user, so that a run against another one is another run. */
function Run({ playbookId, userId, reason }: { readonly playbookId: string; readonly userId: string; readonly reason: string }) {
  const navigate = useNavigate();
  const idempotencyKey = useIdempotencyKey();
  const { act, isUnderWay, fault } = useAct(RunExampleDocument);
  const run = async (): Promise<void> => {
    const done = await act({ input: { playbookId, target: { kind: 'USER', id: userId }, reason, idempotencyKey } });
    if (done) await navigate(`/runs/${encodeURIComponent(done.runPlaybook.run.id)}`);
  };
  return (
    <>
      <Button loading={isUnderWay} onClick={() => void run()}>
        Run
      </Button>
      {fault && <FaultNotice fault={fault} order={3} />}
    </>
  );
}

interface UsersProps {
  readonly playbookId: string;
  readonly example: string;
  readonly value: string | undefined;
  readonly onChange: (id: string) => void;
}

/** The user to try it on stands there already; another one is found as one types. */
function Users({ playbookId, example, value, onChange }: UsersProps) {
  const [typed, setTyped] = useState(example);
  const [query] = useDebouncedValue(typed.trim(), TYPED_MS);
  const read = useRead(FindUsersDocument, { playbookId, query }, query !== '');
  return (
    <Stack gap="xs">
      <TextInput label="Search the tenant" value={typed} onChange={({ currentTarget }) => setTyped(currentTarget.value)} />
      <Shown read={read}>
        {({ searchTargets }) =>
          searchTargets.length === 0 ? (
            <Text role="status">Nobody is called so.</Text>
          ) : (
            <Radio.Group label="User" value={value ?? null} onChange={onChange}>
              <Stack gap="xs" mt={4}>
                {searchTargets.map(({ id, displayName, username, protected: isProtected }) => (
                  <Radio key={id} value={id} label={displayName} description={`${username ?? id}${isProtected ? ', protected' : ''}`} disabled={isProtected} />
                ))}
              </Stack>
            </Radio.Group>
          )
        }
      </Shown>
    </Stack>
  );
}
