import { Group, SegmentedControl, Stack, Text, Title } from '@mantine/core';
import { useSearchParams } from 'react-router';
import { usePoll } from '../../api/use-poll.js';
import { useRead } from '../../api/use-read.js';
import { StatisticsDocument, type StatisticsQuery } from '../../gql/overview.js';
import { Figure } from '../../parts/Figure.js';
import { Moment } from '../../parts/Moment.js';
import { Shown } from '../../states/Shown.js';
import { dayInWords, inWords, spanInWords } from './words.js';

const RANGES = ['7', '14', '30', '90'];
const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Runs and what became of them, and how long it took to contain. */
export function StatisticsBox() {
  const [search, setSearch] = useSearchParams();
  const days = RANGES.find((range) => range === search.get('days')) ?? '14';
  const read = useRead(StatisticsDocument, { days: Number(days), timeZone });
  usePoll(15_000, read.refresh);
  return (
    <Stack>
      <Group>
        <Text id="range">Over the last</Text>
        <SegmentedControl aria-labelledby="range" value={days} onChange={(next) => setSearch({ days: next }, { replace: true })} data={RANGES.map((value) => ({ value, label: `${value} days` }))} withItemsBorders={false} transitionDuration={0} />
      </Group>
      <Shown read={read}>{({ runStatistics }) => <Pictures statistics={runStatistics} />}</Shown>
    </Stack>
  );
}

type Statistics = StatisticsQuery['runStatistics'];

const OUTCOMES = [
  { key: 'succeeded', name: 'Succeeded', colour: 'var(--good)' },
  { key: 'failed', name: 'Failed', colour: 'var(--bad)' },
  { key: 'denied', name: 'Denied', colour: 'var(--busy)' },
  { key: 'canceled', name: 'Canceled', colour: 'var(--quiet)' },
  { key: 'unfinished', name: 'Not over yet', colour: 'var(--accent)' },
];

function Pictures({ statistics: { runs, perDay, timeToContain, to } }: { readonly statistics: Statistics }) {
  return (
    <>
      <Stack component="section" gap="xs" aria-labelledby="runs-per-day">
        <Title order={2} size="h4" id="runs-per-day">
          Runs
        </Title>
        <Text>
          {`${runs.started} started: ${runs.succeeded} succeeded, ${runs.failed} failed, ${runs.denied} denied, ${runs.canceled} canceled, ${runs.unfinished} not over yet. Dry runs are left out.`}
        </Text>
        <Figure title="Runs per day and what became of them" of="Day" rows={perDay.map(({ day, ...counts }) => ({ name: dayInWords(day), values: countsOf(counts) }))} series={OUTCOMES} isStacked />
      </Stack>
      <Stack component="section" gap="xs" aria-labelledby="time-to-contain">
        <Title order={2} size="h4" id="time-to-contain">
          Time to contain
        </Title>
        <Contained {...timeToContain} />
      </Stack>
      <Text size="sm" className="quiet">
        As of <Moment at={to} />, days of {timeZone}.
      </Text>
    </>
  );
}

const countsOf = ({ succeeded, failed, denied, canceled, unfinished }: Omit<Statistics['perDay'][number], 'day'>): Readonly<Record<string, number>> => ({ succeeded, failed, denied, canceled, unfinished });

function Contained({ runs, medianSeconds, percentile90Seconds, histogram }: Statistics['timeToContain']) {
  if (typeof medianSeconds !== 'number' || typeof percentile90Seconds !== 'number') return <Text className="quiet">Nothing was contained after an event in that time.</Text>;
  const partOf = (seconds: number): string => {
    const part = histogram.find(({ fromSeconds, toSeconds }) => seconds >= fromSeconds && (typeof toSeconds !== 'number' || seconds < toSeconds));
    return part ? spanInWords(part) : '';
  };
  const [median, ninety] = [partOf(medianSeconds), partOf(percentile90Seconds)];
  const marks = median === ninety ? [{ at: median, name: 'Half, 9 of 10' }] : [{ at: median, name: 'Half' }, { at: ninety, name: '9 of 10' }];
  return (
    <>
      <Text>{`From the event to the last step that contains, ${runs === 1 ? 'one run' : `${runs} runs`}: half took no longer than ${inWords(medianSeconds)} (median), nine of ten no longer than ${inWords(percentile90Seconds)} (90th percentile).`}</Text>
      <Figure title="How many runs took how long to contain" of="Time" rows={histogram.map(({ runs: count, ...part }) => ({ name: spanInWords(part), values: { runs: count } }))} series={[{ key: 'runs', name: 'Runs', colour: 'var(--accent)' }]} marks={marks} />
    </>
  );
}
