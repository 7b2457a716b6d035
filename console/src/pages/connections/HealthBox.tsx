import { Button, Group, Stack, Text } from '@mantine/core';
import { useAct } from '../../api/use-act.js';
import { useMay } from '../../api/viewer.js';
import { CheckConnectionDocument } from '../../gql/consent.js';
import { Box } from '../../parts/Box.js';
import { Facts } from '../../parts/Facts.js';
import { Moment } from '../../parts/Moment.js';
import { FaultNotice } from '../../states/FaultNotice.js';
import type { Connection } from './connection.types.js';
import { HealthMark } from './HealthMark.js';

/** Whether the tenant can be acted on, and what mends it when not. */
export function HealthBox({ connection, onDone }: { readonly connection: Connection; readonly onDone: () => void }) {
  const may = useMay();
  const { act, isUnderWay, fault } = useAct(CheckConnectionDocument);
  const { health } = connection;
  const check = async (): Promise<void> => {
    await act({ input: { connectionId: connection.id } });
    onDone();
  };
  return (
    <Box title="Health">
      <Stack gap="xs" role="status" aria-live="polite">
        <HealthMark health={health} />
        {health.problem && <Text>{health.problem}</Text>}
        {health.warnings.map((warning) => (
          <Text key={warning} pl="sm" style={{ borderLeft: '4px solid var(--busy)' }}>
            {warning}
          </Text>
        ))}
      </Stack>
      <Facts facts={{ 'Last check': health.checkedAt && <Moment at={health.checkedAt} />, 'It took': health.latencyMs != null && `${health.latencyMs} ms` }} />
      {fault && <FaultNotice fault={fault} order={3} />}
      {may('connection:consent') && (
        <Group>
          <Button variant="default" loading={isUnderWay} onClick={() => void check()}>
            Check now
          </Button>
        </Group>
      )}
    </Box>
  );
}
