import type { FaultRequest, SandboxTenant } from '@countermeasure/plugin-entra-id/sandbox';
import type { Cluster } from './cluster.ts';
import type { Fleet } from './fleet.ts';
import type { Random } from './random.ts';

export interface Stage {
  readonly cluster: Cluster;
  readonly fleet: Fleet;
  readonly tenant: SandboxTenant;
}

interface Disturbance {
  readonly name: string;
  readonly weight: number;
  /** Longer than a round of a short run has time for. */
  readonly isLong?: true;
  readonly inflict: (stage: Stage, random: Random) => Promise<void>;
}

const ACTING = { method: 'PATCH' } as const;

/** What a provider in trouble does, each for some calls. */
const PROVIDER_FAULTS: readonly { readonly name: string; readonly fault: FaultRequest }[] = [
  { name: 'slow', fault: { times: 10, delayMs: 1_500 } },
  { name: '429 with Retry-After', fault: { times: 6, status: 429, code: 'TooManyRequests', headers: { 'retry-after': '1' } } },
  { name: '429 without a word', fault: { times: 4, status: 429, code: 'TooManyRequests' } },
  { name: '503', fault: { times: 6, status: 503, code: 'ServiceUnavailable' } },
  { name: '500 after the effect', fault: { match: ACTING, times: 3, status: 500, code: 'InternalServerError', afterEffect: true } },
  { name: 'a page in HTML', fault: { times: 4, status: 502, body: '<html>Bad gateway</html>', headers: { 'content-type': 'text/html' } } },
  { name: 'no answer', fault: { times: 3, delayMs: 20_000 } },
  { name: 'cut connections', fault: { times: 4, dropConnection: true } },
  { name: 'cut connections after the effect', fault: { match: ACTING, times: 3, dropConnection: true, afterEffect: true } },
  { name: 'answers that stop halfway', fault: { match: { method: 'GET', path: '/users/' }, times: 3, stallBodyMs: 8_000 } },
];

const DISTURBANCES: readonly Disturbance[] = [
  { name: 'kill -9 of a worker', weight: 3, inflict: async ({ fleet }, random) => random.oneOf(fleet.workers).kill() },
  { name: 'kill -9 of an API process', weight: 2, inflict: async ({ fleet }, random) => random.oneOf(fleet.apis).kill() },
  { name: 'kill -9 of everything', weight: 1, inflict: async ({ fleet }) => fleet.all.forEach((process) => process.kill()) },
  { name: 'SIGTERM of a process', weight: 2, inflict: async ({ fleet }, random) => random.oneOf(fleet.all).kill('SIGTERM') },
  { name: 'a worker stands still', weight: 2, inflict: ({ fleet }, random) => random.oneOf(fleet.workers).pause(random.between(1_000, 6_000)) },
  { name: 'a worker stands still beyond its bound', weight: 2, isLong: true, inflict: ({ fleet }, random) => random.oneOf(fleet.workers).pause(random.between(23_000, 28_000)) },
  { name: 'PostgreSQL restarts', weight: 2, inflict: ({ cluster }) => cluster.restart() },
  { name: 'PostgreSQL crashes', weight: 2, inflict: ({ cluster }) => cluster.crash() },
  { name: 'PostgreSQL stands still', weight: 2, inflict: ({ cluster }, random) => cluster.pause(random.between(500, 4_000)) },
  { name: 'connections to PostgreSQL are cut', weight: 3, inflict: ({ cluster }) => cluster.cutConnections() },
  ...PROVIDER_FAULTS.map(({ name, fault }): Disturbance => ({ name: `the provider: ${name}`, weight: 1, inflict: async ({ tenant }) => void tenant.injectFault(fault) })),
];

export interface Planned {
  readonly name: string;
  readonly afterMs: number;
  readonly inflict: (stage: Stage) => Promise<void>;
}

/** One to three of them, spread over the round. */
export function planDisturbances(random: Random, withinMs: number, mayBeLong: boolean): Planned[] {
  const able = DISTURBANCES.filter(({ isLong }) => mayBeLong || !isLong).flatMap((one) => Array.from({ length: one.weight }, () => one));
  const planned = Array.from({ length: random.between(1, 3) }, (): Planned => {
    const { name, inflict } = random.oneOf(able);
    return { name, afterMs: random.between(300, withinMs), inflict: (stage) => inflict(stage, random) };
  });
  return planned.sort((one, other) => one.afterMs - other.afterMs);
}
