import type { JournalEntry } from '@countermeasure/plugin-entra-id/sandbox';

/** A call to the provider, with `{user}` where the user's id stands. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly body?: object;
}

/** What the actions send; the journal keeps no bodies. */
const BODIES: Readonly<Record<string, object>> = { POST: {}, PATCH: { accountEnabled: false } };

/** The calls of one run as the tenant saw them, those of each step together: a step ends with the look that follows its act. */
export function callsOfSteps(journal: readonly JournalEntry[]): Call[][] {
  const steps: Call[][] = [[]];
  let hasActed = false;
  for (const { method, path, userId } of journal.filter(({ kind }) => kind.startsWith('users.'))) {
    const call: Call = { method, path: path.replace(/\/users\/[^/?]+/, '/users/{user}'), ...(method in BODIES && { body: BODIES[method] }) };
    if (userId === null) throw new Error(`${method} ${path} is about nobody.`);
    steps.at(-1)?.push(call);
    if (method !== 'GET') hasActed = true;
    else if (hasActed) {
      hasActed = false;
      steps.push([]);
    }
  }
  return steps.filter((calls) => calls.length > 0);
}
