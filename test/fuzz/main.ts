import { parseArgs } from 'node:util';
import setup from '../support/global-setup.js';
import teardown from '../support/global-teardown.js';
import { faultsOfReport, tell } from './report.ts';
import { runFuzz, shrink } from './run-fuzz.ts';

const { values } = parseArgs({ options: { requests: { type: 'string', default: '20000' }, seed: { type: 'string' }, only: { type: 'string' } } });
const options = { requests: Number(values.requests), seed: Number(values.seed ?? Math.floor(Math.random() * 2 ** 31)), only: values.only === undefined ? undefined : Number(values.only) };
if (![options.requests, options.seed, options.only ?? 0].every(Number.isSafeInteger)) throw new Error('Give whole numbers: npm run fuzz -- --requests 20000 --seed 1 --only 17');

await setup();
try {
  console.log(`${options.requests} requests; the seed is ${options.seed}.`);
  const report = await runFuzz(options);
  console.log(tell(report, options));
  if (options.only !== undefined && report.faults.length > 0) console.log(`The simplest that fails:\n${await shrink({ ...options, only: options.only })}`);
  if (faultsOfReport(report).length > 0) process.exitCode = 1;
} finally {
  await teardown();
}
