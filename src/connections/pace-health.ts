import type { ConnectionPace } from './connection-pace.entity.js';
import type { ConnectionHealth } from './consent.machine.js';

/** What checks find that passes by itself; an open circuit says the same, and what follows from it. */
const SAID_BY_CIRCUIT = new Set(['NOT_CHECKED', 'UNREACHABLE', 'PROVIDER_UNAVAILABLE', 'IDENTITY_UNAVAILABLE', 'DNS_FAILURE']);

/** The health of a connection, with what the calls of its steps have met since the last check. */
export function withPace(health: ConnectionHealth, pace: ConnectionPace | undefined, now: Date): ConnectionHealth {
  if (!pace) return health;
  if (pace.openedAt !== null && (health.problemCode === null || SAID_BY_CIRCUIT.has(health.problemCode))) {
    return { ...health, ok: false, problemCode: 'CIRCUIT_OPEN', problem: `CIRCUIT_OPEN: ${describeOpen(pace)}` };
  }
  const { throttledUntil } = pace;
  if (throttledUntil === null || throttledUntil <= now) return health;
  return { ...health, warnings: [...health.warnings, `The tenant asked to be called less: steps wait until ${throttledUntil.toISOString()}. Nothing to do: they go on by themselves.`] };
}

function describeOpen({ problem, openedAt, openUntil }: ConnectionPace): string {
  const said = [problem?.message, problem?.remedy].filter(Boolean).join(' ');
  return `Calls kept failing, so no more are made since ${openedAt?.toISOString() ?? ''}; steps wait, and count no try. The last failure: ${said} The connection is checked again at ${openUntil?.toISOString() ?? ''}, and once it answers, the steps go on; checkConnection looks at once.`;
}
