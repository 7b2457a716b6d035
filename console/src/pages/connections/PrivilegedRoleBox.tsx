import { Text } from '@mantine/core';
import { Box } from '../../parts/Box.js';
import { Moment } from '../../parts/Moment.js';
import type { Connection } from './connection.types.js';

/** The role without which administrators among the targets are out of reach, and how it is assigned. */
export function PrivilegedRoleBox({ role: { name, held, reason, checkedAt, instructions } }: { readonly role: NonNullable<Connection['consent']['privilegedRole']> }) {
  return (
    <Box title="Privileged targets">
      <Text>
        They need the role {name}.{' '}
        <Text component="span" fw={700} data-mood={held ? 'good' : 'busy'}>
          {held ? 'The app holds it.' : held === false ? 'The app does not hold it.' : 'Whether the app holds it is not known.'}
        </Text>
      </Text>
      {reason && <Text>{reason}</Text>}
      {!held && <Text style={{ whiteSpace: 'pre-line' }}>{instructions}</Text>}
      {checkedAt && (
        <Text className="quiet" size="sm">
          Looked at <Moment at={checkedAt} />
        </Text>
      )}
    </Box>
  );
}
