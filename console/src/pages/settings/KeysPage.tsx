import { Button, Group, Text } from '@mantine/core';
import { useState } from 'react';
import { useAct } from '../../api/use-act.js';
import { usePoll } from '../../api/use-poll.js';
import { useRead } from '../../api/use-read.js';
import { useMay } from '../../api/viewer.js';
import { ApiKeysDocument, RevokeApiKeyDocument } from '../../gql/settings.js';
import { ConfirmDialog } from '../../parts/ConfirmDialog.js';
import { Shown } from '../../states/Shown.js';
import { CreateKey } from './CreateKey.js';
import { KeyTable } from './KeyTable.js';
import type { ApiKey } from './keys.js';
import { SecretDialog } from './SecretDialog.js';
import { SettingsFrame } from './SettingsFrame.js';

/** The keys of programs and of people without an identity provider: made, looked at, revoked. */
export function Component() {
  const read = useRead(ApiKeysDocument, {});
  const mayWrite = useMay()('api-key:write');
  const [isMaking, setIsMaking] = useState(false);
  const [made, setMade] = useState<{ readonly name: string; readonly secret: string }>();
  const [asked, setAsked] = useState<ApiKey>();
  usePoll(30_000, read.refresh);
  return (
    <SettingsFrame title="API keys">
      {mayWrite && (
        <Group>
          <Button onClick={() => setIsMaking(true)}>New key</Button>
        </Group>
      )}
      <Shown read={read}>
        {(data) => (
          <>
            <KeyTable data={data} onRevoke={mayWrite ? setAsked : undefined} />
            {isMaking && (
              <CreateKey
                data={data}
                onClose={() => setIsMaking(false)}
                onMade={(key) => {
                  setIsMaking(false);
                  setMade(key);
                  read.refresh();
                }}
              />
            )}
          </>
        )}
      </Shown>
      {made && (
        <SecretDialog title={`The key ${made.name}`} secret={made.secret} onClose={() => setMade(undefined)}>
          <Text>Programs send it as the header “Authorization: Bearer …”; people sign in with it.</Text>
        </SecretDialog>
      )}
      {asked && <Revoke apiKey={asked} onClose={() => setAsked(undefined)} onDone={read.refresh} />}
    </SettingsFrame>
  );
}

function Revoke({ apiKey: { id, name, prefix }, onClose, onDone }: { readonly apiKey: ApiKey; readonly onClose: () => void; readonly onDone: () => void }) {
  const { act, isUnderWay, fault } = useAct(RevokeApiKeyDocument);
  const confirm = async (): Promise<void> => {
    const done = await act({ input: { id } });
    onDone();
    if (done) onClose();
  };
  return (
    <ConfirmDialog title={`Revoke ${name}?`} verb="Revoke" isDangerous isUnderWay={isUnderWay} fault={fault} onClose={onClose} onConfirm={() => void confirm()}>
      {`Whoever uses ${prefix}… is refused at once, for ever.`}
    </ConfirmDialog>
  );
}
