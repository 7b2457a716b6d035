import { Stack, Text } from '@mantine/core';
import type { StepFaultFragment } from '../../gql/run.js';

/** Why a step, or a try of it, failed, and what a person can do. */
export function StepFault({ error }: { readonly error: StepFaultFragment }) {
  return (
    <Stack gap={2} pl="sm" style={{ borderLeft: '4px solid var(--bad)' }}>
      <Text>{error.message}</Text>
      {error.remedy && <Text fw={600}>{error.remedy}</Text>}
      <Text size="sm" className="quiet">
        {error.code}
        {error.retryable && ', may succeed later by itself'}
        {error.providerRequestId && `, the provider's request ${error.providerRequestId}`}
      </Text>
    </Stack>
  );
}
