import { setTimeout as delay } from 'node:timers/promises';
import type { TestClient } from '../../test/support/test-client.ts';

const PER_SECOND = 20;
/** Every so many requests one starts a run, which is followed to its end. */
const RUN_EVERY = 20;
const QUERY = '{ playbooks(first: 10) { nodes { id name } } runs(first: 10) { nodes { id status target { displayName } steps { key status } } } }';

/** What a client has seen in some seconds. */
export interface Seen {
  readonly latenciesMs: readonly number[];
  /** Answers that were none, and runs that were not followed to their end. */
  readonly faults: readonly string[];
}

/** Somebody at work: asks at a steady rate, starts a run now and then, and follows it. A late answer holds back no later request, so that waiting is counted in full. */
export async function workNormally(client: TestClient, playbookId: string, forMs: number): Promise<Seen> {
  const latenciesMs: number[] = [];
  const faults: string[] = [];
  const from = performance.now();
  const count = Math.round((forMs / 1_000) * PER_SECOND);
  const requests = Array.from({ length: count }, async (_item, index) => {
    const dueAt = from + (index * 1_000) / PER_SECOND;
    await delay(Math.max(0, dueAt - performance.now()));
    const sentAt = performance.now();
    try {
      const runId = index % RUN_EVERY === 0 ? await client.run(playbookId) : undefined;
      if (runId === undefined) await client.ask(QUERY);
      latenciesMs.push(performance.now() - sentAt);
      if (runId !== undefined && (await client.follow(runId)).at(-1)?.runStatus !== 'SUCCEEDED') faults.push(`The run ${runId} did not succeed.`);
    } catch (error) {
      faults.push(String(error));
    }
  });
  await Promise.all(requests);
  return { latenciesMs, faults };
}
