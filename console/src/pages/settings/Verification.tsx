import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useClient } from 'urql';
import { faultOf, type Fault } from '../../api/fault.js';
import { VerifyAuditLogDocument, type VerifyAuditLogQuery } from '../../gql/settings.js';
import { Moment } from '../../parts/Moment.js';
import { FaultNotice } from '../../states/FaultNotice.js';

interface Verified {
  readonly result?: VerifyAuditLogQuery['verifyAuditLog'] | undefined;
  readonly fault?: Fault | undefined;
  readonly at: string;
}

/** Follows the chain from the first entry to the last when somebody asks, and says what it found. */
export function Verification() {
  const client = useClient();
  const [verified, setVerified] = useState<Verified>();
  const [isUnderWay, setIsUnderWay] = useState(false);
  const verify = async (): Promise<void> => {
    setIsUnderWay(true);
    const { data, error } = await client.query(VerifyAuditLogDocument, {}, { requestPolicy: 'network-only' }).toPromise();
    setVerified({ result: data?.verifyAuditLog, fault: error && faultOf(error), at: new Date().toISOString() });
    setIsUnderWay(false);
  };
  return (
    <Stack gap="xs">
      <Group>
        <Button variant="default" onClick={() => void verify()} loading={isUnderWay}>
          Verify
        </Button>
        <Text className="quiet">Follows the chain from the first entry to the last.</Text>
      </Group>
      <div role="status" aria-live="polite">
        {verified?.result && (
          <Text fw={700} data-mood={verified.result.ok ? 'good' : 'bad'}>
            {verified.result.ok ? `All ${verified.result.entries} entries are there and unchanged` : `Entry ${verified.result.firstBroken ?? ''} is missing, changed or not chained: keep the database as it is, and tell whoever is responsible for security`}, <Moment at={verified.at} isTimeOnly />
          </Text>
        )}
      </div>
      {verified?.fault && <FaultNotice fault={verified.fault} />}
    </Stack>
  );
}
