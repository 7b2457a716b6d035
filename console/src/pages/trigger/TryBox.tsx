import { Stack, Tabs, Title } from '@mantine/core';
import { BacktestPanel } from './BacktestPanel.js';
import { TestPanel } from './TestPanel.js';
import type { EventType, Rules } from './trigger.types.js';

interface Props {
  /** Of the trigger, for what is typed here. */
  readonly id: string;
  readonly rules: Rules;
  readonly eventTypes: readonly EventType[];
}

/** What the rules would do as they stand in the form, saved or not. Nothing is started. */
export function TryBox({ id, rules, eventTypes }: Props) {
  const eventType = eventTypes.find((one) => one.id === rules.eventType);
  if (!eventType) return null;
  return (
    <Stack gap="xs">
      <Title order={2} size="h4">
        Try it: nothing is started
      </Title>
      <Tabs defaultValue="test" keepMounted={false}>
        <Tabs.List aria-label="Ways to try it">
          <Tabs.Tab value="test">On one event</Tabs.Tab>
          <Tabs.Tab value="backtest">On the events of the past</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="test" pt="md">
          <TestPanel id={id} rules={rules} eventType={eventType} />
        </Tabs.Panel>
        <Tabs.Panel value="backtest" pt="md">
          <BacktestPanel rules={rules} />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}
