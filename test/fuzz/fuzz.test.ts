import { randomInt } from 'node:crypto';
import { faultsOfReport, tell } from './report.ts';
import { runFuzz } from './run-fuzz.ts';

/** A part of the whole that `npm run fuzz` runs, with other requests each time; a failure names its seed. */
const REQUESTS = 2_000;

it('holds against requests that nobody meant to send: no fault, no leak, nothing left behind, and it works as before', async () => {
  const options = { requests: REQUESTS, seed: randomInt(2 ** 31) };
  const report = await runFuzz(options);
  if (faultsOfReport(report).length > 0) throw new Error(`The seed is ${options.seed}.\n${tell(report, options)}`);
  expect(report.sent).toBe(REQUESTS);
}, 300_000);
