import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useAsk } from '../../api/use-ask.js';
import { VerifyAuditLogDocument, type VerifyAuditLogQuery } from '../../gql/settings.js';
import { Moment } from '../../parts/Moment.js';
import { FaultNotice } from '../../states/FaultNotice.js';

/** Follows the chain from the first entry to the last when somebody asks, and says what it found. */
export function Verification() {
  const { data, fault, isUnderWay, ask } = useAsk(VerifyAuditLogDocument);
  const [at, setAt] = useState('');
  const verify = async (): Promise<void> => {
    await ask({});
    setAt(new Date().toISOString());
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
        {data && !isUnderWay && (
          <Text fw={700} data-mood={data.verifyAuditLog.ok ? 'good' : 'bad'}>
            {wordsOf(data.verifyAuditLog)}
            {at && (
              <>
                , <Moment at={at} isTimeOnly />
              </>
            )}
          </Text>
        )}
      </div>
      {fault && <FaultNotice fault={fault} />}
    </Stack>
  );
}

function wordsOf({ ok, entries, firstBroken }: VerifyAuditLogQuery['verifyAuditLog']): string {
  if (ok) return `All ${entries} entries are there and unchanged`;
  return `Entry ${firstBroken ?? ''} is missing, changed or not chained: keep the database as it is, and tell whoever is responsible for security`;
}
