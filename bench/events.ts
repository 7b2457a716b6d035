import setup from '../test/support/global-setup.js';
import teardown from '../test/support/global-teardown.js';
import { isKept, keep, print, type Figure } from './figures.ts';
import { measureAttacks } from './parts/attacks.ts';
import { measureFanout } from './parts/fanout.ts';
import { measureHostile } from './parts/hostile.ts';
import { measureIdle } from './parts/idle.ts';
import { measureMatching } from './parts/matching.ts';
import { measureRecovery } from './parts/recovery.ts';
import { measureRuns } from './parts/runs.ts';
import { measureScale } from './parts/scale.ts';
import { measureStart } from './parts/start.ts';
import { measureStored } from './parts/stored.ts';
import { measureStream } from './parts/stream.ts';

const PARTS: Readonly<Record<string, () => Promise<Figure[]> | Figure[]>> = { matching: measureMatching, hostile: measureHostile, stream: measureStream, runs: measureRuns, recovery: measureRecovery, scale: measureScale, fanout: measureFanout, idle: measureIdle, start: measureStart, stored: measureStored, attacks: measureAttacks };

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in PARTS));
if (unknown.length > 0) throw new Error(`There is no part ${unknown.join(', ')}; there are ${Object.keys(PARTS).join(', ')}.`);

await setup();
try {
  const figures: Figure[] = [];
  for (const [name, measure] of Object.entries(PARTS)) if (asked.length === 0 || asked.includes(name)) figures.push(...(await measure()));
  print(figures);
  console.log(`They are kept in ${keep(figures)}.`);
  const broken = figures.filter((figure) => !isKept(figure));
  for (const { part, what, value, limit, atLeast } of broken) console.error(`${part}: ${what} is ${value} and has to be ${limit === undefined ? `at least ${atLeast}` : `at most ${limit}`}.`);
  if (broken.length > 0) process.exitCode = 1;
} finally {
  await teardown();
}
