import { Button, Group, List, NativeSelect, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useAsk } from '../../api/use-ask.js';
import { BacktestTriggerDocument, type BacktestTriggerQuery } from '../../gql/trigger.js';
import { Figure } from '../../parts/Figure.js';
import { FaultNotice } from '../../states/FaultNotice.js';
import { rulesToBacktest } from './rules.js';
import type { Rules } from './trigger.types.js';

const MOST_TARGETS = 10;

const SERIES = [
  { key: 'events', name: 'Events', colour: 'var(--line)' },
  { key: 'matched', name: 'Match', colour: 'var(--accent)' },
  { key: 'fired', name: 'Firings', colour: 'var(--busy)' },
];

/** How often the rules would have fired. */
export function BacktestPanel({ rules }: { readonly rules: Rules }) {
  const [days, setDays] = useState('30');
  const [about, setAbout] = useState('');
  const { data, fault, isUnderWay, ask } = useAsk(BacktestTriggerDocument);
  const now = JSON.stringify([rules, days]);
  const start = (): void => {
    setAbout(now);
    void ask({ input: rulesToBacktest(rules, Number(days)) });
  };
  const isCurrent = about === now;
  return (
    <Stack gap="sm">
      <Group align="flex-end">
        <NativeSelect label="Of the last" value={days} onChange={({ currentTarget }) => setDays(currentTarget.value)} data={['7', '14', '30', '90'].map((value) => ({ value, label: `${value} days` }))} />
        <Button variant="default" loading={isUnderWay} onClick={start}>
          Backtest
        </Button>
      </Group>
      {isCurrent && fault && <FaultNotice fault={fault} order={3} />}
      <div role="status" aria-live="polite">
        {isCurrent && data && <Summary result={data.backtestTrigger} />}
      </div>
      {isCurrent && data && (
        <>
          <Figure
            title="Events, matches and firings per day, in UTC"
            of="Day"
            rows={data.backtestTrigger.perDay.map(({ day, events, matched, fired }) => ({ name: day.slice(5), values: { events, matched, fired } }))}
            series={SERIES}
          />
          <Targets targets={data.backtestTrigger.targets} />
        </>
      )}
    </Stack>
  );
}

type Result = BacktestTriggerQuery['backtestTrigger'];

function Summary({ result: { events, matched, fired, withoutTarget, heldByCooldown, isComplete } }: { readonly result: Result }) {
  return (
    <Stack gap={2}>
      <Text fw={700}>{`It would have fired ${times(fired)}: ${matched} of ${events} events match.`}</Text>
      {heldByCooldown > 0 && <Text>{`The cooldown would have held it back ${times(heldByCooldown)}.`}</Text>}
      {withoutTarget > 0 && <Text>{`${withoutTarget} match and name nobody to act on.`}</Text>}
      {!isComplete && <Text data-mood="bad">There were too many events to count them all: the newest are left out. Choose fewer days.</Text>}
    </Stack>
  );
}

function Targets({ targets }: { readonly targets: Result['targets'] }) {
  if (targets.length === 0) return null;
  return (
    <div>
      <Text fw={600} size="sm">
        Most often on
      </Text>
      <List>
        {targets.slice(0, MOST_TARGETS).map(({ id, fired }) => (
          <List.Item key={id}>{`${id}: ${times(fired)}`}</List.Item>
        ))}
      </List>
    </div>
  );
}

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);
