import { Text } from '@mantine/core';
import type { ConnectionStateFragment } from '../../../gql/playbooks.js';
import { moodOf, wordOf } from '../../../parts/status.js';

/** How far the access to a tenant has come, in a word or two. */
export function AccessMark({ connection: { consent } }: { readonly connection: ConnectionStateFragment }) {
  const word = consent.confirmed ? 'API access granted' : consent.status === 'GRANTED' ? 'Granted, not confirmed yet' : `Access: ${wordOf(consent.status).toLowerCase()}`;
  return (
    <Text component="span" fw={700} size="sm" data-mood={consent.status === 'PENDING' ? 'busy' : consent.status === 'REQUIRED' ? 'bad' : moodOf(consent.status)}>
      {word}
    </Text>
  );
}
