import { randomInt } from 'node:crypto';
import { startNode } from '../support/child-process.js';

/** A part of the whole that `npm run chaos` runs, another one each time; a failure names its seed. */
const MINUTES = 0.6;

it('loses nothing and does nothing twice, whatever ends in the middle', async () => {
  const seed = randomInt(2 ** 31);
  await using chaos = startNode(['--experimental-transform-types', '--disable-warning=ExperimentalWarning', 'test/chaos/main.ts', '--seed', String(seed), '--minutes', String(MINUTES)]);
  const { code, stdout, stderr } = await chaos.ended;
  if (code !== 0) throw new Error(`The seed is ${seed}.\n${stdout}\n${stderr}`);
  expect(stdout).toMatch(/^\d+ rounds, \d+ runs \(.*\d+ SUCCEEDED/m);
}, 480_000);
