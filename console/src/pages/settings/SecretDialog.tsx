import { Button, CopyButton, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import type { ReactNode } from 'react';

interface Props {
  readonly title: string;
  readonly secret: string;
  readonly onClose: () => void;
  readonly children?: ReactNode;
}

/** A secret, for the only time that it is shown; a click beside it does not lose it. */
export function SecretDialog({ title, secret, onClose, children }: Props) {
  return (
    <Modal opened onClose={onClose} title={title} closeOnClickOutside={false} closeOnEscape={false} withCloseButton={false}>
      <Stack>
        <Text>It is shown this once and never again. Keep it where secrets are kept.</Text>
        {children}
        <Textarea label="The secret" value={secret} readOnly autosize onFocus={({ currentTarget }) => currentTarget.select()} spellCheck={false} data-autofocus />
        <Group justify="flex-end">
          <CopyButton value={secret}>
            {({ copied, copy }) => (
              <Button variant="default" onClick={copy}>
                {copied ? 'Copied' : 'Copy'}
              </Button>
            )}
          </CopyButton>
          <Button onClick={onClose}>I have kept it</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
