import { Button, CopyButton, Group, Stack, Text } from '@mantine/core';
import { useRead } from '../../api/use-read.js';
import { ConsentLinkDocument } from '../../gql/consent.js';
import { Shown } from '../../states/Shown.js';

/** The admin-consent link, to open oneself or to send to an administrator of the tenant. */
export function ConsentLink({ connectionId }: { readonly connectionId: string }) {
  const read = useRead(ConsentLinkDocument, { id: connectionId });
  return (
    <Shown read={read}>
      {({ node }) => {
        const url = node && 'consent' in node ? node.consent.url : null;
        if (!url) return null;
        return (
          <Stack gap="xs">
            <Text>An administrator of the tenant opens this link and accepts. It is good for one answer within an hour.</Text>
            <Group gap="sm">
              <a href={url} target="_blank" rel="noopener noreferrer">
                Open the admin-consent link (a new tab)
              </a>
              <CopyButton value={url}>
                {({ copied, copy }) => (
                  <Button variant="default" size="compact-sm" onClick={copy}>
                    {copied ? 'Copied' : 'Copy link'}
                  </Button>
                )}
              </CopyButton>
              <Button variant="default" size="compact-sm" onClick={read.refresh} loading={read.isLoading}>
                New link
              </Button>
            </Group>
          </Stack>
        );
      }}
    </Shown>
  );
}
