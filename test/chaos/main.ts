import { parseArgs } from 'node:util';
import { tell, tellRound } from './report.ts';
import { runChaos } from './run-chaos.ts';

const MINUTES_FOR_ALL_POINTS = 10;

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '2' }, seed: { type: 'string' } } });
const [minutes, seed] = [Number(values.minutes), Number(values.seed ?? Math.floor(Math.random() * 2 ** 31))];
if (!Number.isSafeInteger(seed) || !(minutes > 0 && minutes <= 24 * 60)) throw new Error('Give a whole number and some minutes: npm run chaos -- --seed 1 --minutes 2');

console.log(`The seed is ${seed}.`);
const report = await runChaos({ seed, minutes, onRound: (round) => console.log(tellRound(round)) });
console.log(tell(report));
const violations = report.rounds.flatMap(({ number, violations: found }) => found.map((violation) => `seed ${seed}, round ${number}: ${violation}`));
// In so much time each point is met, unless the statement that it goes by is written otherwise by now.
const neverReached = [...report.reached].filter(([, times]) => times === 0).map(([name]) => name);
if (violations.length === 0 && minutes >= MINUTES_FOR_ALL_POINTS && neverReached.length > 0) {
  console.log(`No process has ended at ${neverReached.join(', ')}: see whether test/chaos/crash-points.ts still describes what the service does.`);
  process.exitCode = 1;
}
if (violations.length > 0) {
  console.log(`${violations.length} violations; to see them again: npm run chaos -- --seed ${seed} --minutes ${minutes}\n${violations.join('\n')}`);
  process.exitCode = 1;
}
