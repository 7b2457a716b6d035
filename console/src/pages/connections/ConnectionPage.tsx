import { Stack, Text, Title } from '@mantine/core';
import { Link, useParams } from 'react-router';
import { usePoll } from '../../api/use-poll.js';
import { useRead } from '../../api/use-read.js';
import { ConnectionDocument } from '../../gql/connections.js';
import { Moment } from '../../parts/Moment.js';
import { FaultNotice } from '../../states/FaultNotice.js';
import { Shown } from '../../states/Shown.js';
import { isConnection } from './connection.types.js';
import { ConnectionUse } from './ConnectionUse.js';
import { ConsentBox } from './ConsentBox.js';
import { EventFeeds } from './EventFeeds.js';
import { HealthBox } from './HealthBox.js';
import { PrivilegedRoleBox } from './PrivilegedRoleBox.js';

/** One tenant: whether it works, what was granted, what it brings by itself, and what uses it. */
export function Component() {
  const { id = '' } = useParams();
  return <ConnectionById key={id} id={id} />;
}

const gone = (id: string) => ({ code: 'NOT_FOUND', message: `There is no connection ${id}, or you may not see it.`, problems: [] });

function ConnectionById({ id }: { readonly id: string }) {
  const read = useRead(ConnectionDocument, { id });
  usePoll(5_000, read.refresh);
  return (
    <Shown read={read}>
      {({ node }) => {
        if (!isConnection(node)) return <FaultNotice fault={gone(id)} order={1} />;
        return (
          <Stack>
            <title>{`${node.name} · Connections · Countermeasure`}</title>
            <Link to="/connections">All connections</Link>
            <Title order={1}>{node.name}</Title>
            {node.deletedAt ? (
              <Text>
                This connection was deleted, <Moment at={node.deletedAt} />. Its runs stay readable.
              </Text>
            ) : (
              <>
                <HealthBox connection={node} onDone={read.refresh} />
                <ConsentBox connection={node} onDone={read.refresh} />
                {node.consent.privilegedRole && <PrivilegedRoleBox role={node.consent.privilegedRole} />}
                <EventFeeds connection={node} onDone={read.refresh} />
                <ConnectionUse connection={node} onDone={read.refresh} />
              </>
            )}
          </Stack>
        );
      }}
    </Shown>
  );
}
