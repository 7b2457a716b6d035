import { List, Stack, Text, Title } from '@mantine/core';
import { useRead } from '../../api/use-read.js';
import { useViewer } from '../../api/viewer.js';
import { AboutDocument } from '../../gql/settings.js';
import { nameOfActor } from '../../parts/actor.js';
import { Facts } from '../../parts/Facts.js';
import { wordOf } from '../../parts/status.js';
import { Loading } from '../../states/Loading.js';
import { Shown } from '../../states/Shown.js';
import { SettingsFrame } from './SettingsFrame.js';

/** Who is signed in and what they may do; what is loaded. */
export function Component() {
  const viewer = useViewer()?.viewer;
  const read = useRead(AboutDocument, {});
  return (
    <SettingsFrame title="About">
      {viewer ? (
        <Stack gap="sm">
          <Facts
            facts={{
              'Signed in as': nameOfActor(viewer.actor),
              By: viewer.actor.__typename === 'ApiKey' ? 'API key' : 'identity provider',
              Mail: 'email' in viewer.actor ? viewer.actor.email : undefined,
              Roles: viewer.roles.map(wordOf).join(', '),
            }}
          />
          <Title order={2} size="h4">
            What you may do
          </Title>
          <List>
            {viewer.permissions.map((permission) => (
              <List.Item key={permission}>
                <code>{permission}</code>
              </List.Item>
            ))}
          </List>
        </Stack>
      ) : (
        <Loading />
      )}
      <Title order={2} size="h4">
        Providers
      </Title>
      <Shown read={read}>
        {({ providers }) => (
          <List>
            {providers.map(({ id, title, version, sandbox }) => (
              <List.Item key={id}>
                {`${title} (${id}) ${version}`}
                {sandbox && <Text span>, a sandbox tenant stands in for it</Text>}
              </List.Item>
            ))}
          </List>
        )}
      </Shown>
    </SettingsFrame>
  );
}
