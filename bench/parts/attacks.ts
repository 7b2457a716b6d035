import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { TestClient } from '../../test/support/test-client.ts';
import { workNormally, type Seen } from '../attacks/normal-client.ts';
import type { Attack, Outcomes } from '../attacks/attack.ts';
import { ATTACKS } from '../attacks/attacks.ts';
import { HOSTILE_TRIGGERS } from '../attacks/tries.ts';
import { percentile, type Figure } from '../figures.ts';
import { startService, type Service } from '../processes.ts';

const QUIET_MS = 8_000;
/** Longer than a socket may stay silent, and than a body may take. */
const ATTACK_MS = 12_000;
const DRIP_MS = 40_000;
const AT_MOST = 3;
const WARM_UP_MS = 5_000;

/** How a normal client fares while each attack goes on at the full speed of one process, to how it fares right before and after. */
export async function measureAttacks(): Promise<Figure[]> {
  await using service = await startService({ role: 'all' });
  const { client } = service;
  const scene = await setScene(service);
  await workNormally(client, scene.playbookId, WARM_UP_MS);
  const figures: Figure[] = [];
  let before = await workNormally(client, scene.playbookId, QUIET_MS);
  for (const attack of ATTACKS) {
    const { seen, outcomes } = await under(attack, scene, client);
    const after = await workNormally(client, scene.playbookId, QUIET_MS);
    figures.push(...toFigures(attack, { seen, outcomes, quiet: [...before.latenciesMs, ...after.latenciesMs], faults: [...before.faults, ...seen.faults, ...after.faults] }));
    before = after;
  }
  return figures;
}

interface Scene {
  readonly playbookId: string;
  readonly url: string;
  readonly attackerKey: string;
}

async function setScene({ client, tenantId, url }: Service): Promise<Scene> {
  const connectionId = await client.connect('entra-id', { tenantId });
  // Its step has a condition that does not hold: it is our part of a run that is looked at, not the provider's.
  const { id: playbookId } = await client.createPlaybook([{ action: 'entra-id:clear-user-sessions', connectionId, runIf: 'run.dryRun' }]);
  for (const [index, rules] of HOSTILE_TRIGGERS.entries()) {
    await client.ask('mutation ($input: CreateTriggerInput!) { createTrigger(input: $input) { trigger { id } } }', { input: { name: `Hostile ${index}`, eventType: 'microsoft:security-alert', ...rules } });
  }
  const { createApiKey } = await client.ask<{ createApiKey: { secret: string } }>('mutation { createApiKey(input: { name: "Attacker", roles: [VIEWER] }) { secret } }');
  return { playbookId, url, attackerKey: createApiKey.secret };
}

/** The client at work while an attacker is, in a process of its own. */
async function under({ name }: Attack, { playbookId, url, attackerKey }: Scene, client: TestClient): Promise<{ seen: Seen; outcomes: Outcomes }> {
  const attacker = fork(path.join(import.meta.dirname, '../attacks/attacker.ts'), [name, url, attackerKey], { execArgv: ['--experimental-transform-types', '--disable-warning=ExperimentalWarning'] });
  const ended = once(attacker, 'exit');
  try {
    const seen = await workNormally(client, playbookId, name.includes('drip') ? DRIP_MS : ATTACK_MS);
    const told = once(attacker, 'message');
    attacker.send('STOP');
    const [outcomes] = (await told) as [Outcomes];
    return { seen, outcomes };
  } finally {
    attacker.kill('SIGKILL');
    await ended;
  }
}

function toFigures({ name, refusals, isOnlyMeasured = false }: Attack, { seen, outcomes, quiet, faults }: { seen: Seen; outcomes: Outcomes; quiet: readonly number[]; faults: readonly string[] }): Figure[] {
  const others = Object.entries(outcomes).filter(([outcome]) => !refusals.includes(outcome));
  const refused = Object.entries(outcomes).filter(([outcome]) => refusals.includes(outcome)).reduce((sum, [, count]) => sum + count, 0);
  console.log(`${name}: p95 ${p95(quiet).toFixed(1)} ms, meanwhile ${p95(seen.latenciesMs).toFixed(1)} ms; ${JSON.stringify(outcomes)} ${faults.slice(0, 3).join(' ').slice(0, 300)}`);
  const figure = (what: string, value: number, unit: string): Figure => ({ part: 'attacks', what: `${name}: ${what}`, value, unit });
  return [
    figure('p95 of the normal client before and after', p95(quiet), 'ms'),
    figure('p95 meanwhile', p95(seen.latenciesMs), 'ms'),
    { ...figure('ratio', p95(seen.latenciesMs) / p95(quiet), 'times'), ...(!isOnlyMeasured && { limit: AT_MOST }) },
    figure('refused as documented', refused, 'times'),
    // One that nothing came of was not refused.
    { ...figure('ended otherwise', others.reduce((sum, [, count]) => sum + count, refused === 0 ? 1 : 0), 'times'), limit: 0 },
    { ...figure('requests of the normal client that failed', faults.length, 'faults'), limit: 0 },
  ];
}

function p95(values: readonly number[]): number {
  return percentile(values, 0.95);
}
