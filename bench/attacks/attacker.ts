import type { Outcomes } from './attack.ts';
import { ATTACKS } from './attacks.ts';

const [name = '', url = '', key = ''] = process.argv.slice(2);
const attack = ATTACKS.find((one) => one.name === name);
if (!attack) throw new Error(`There is no attack "${name}".`);
const { atOnce, once } = attack;

/** One attacker: a process of its own that does nothing else, and begins again as soon as it was answered, until it is told to stop. */
const stopping = new AbortController();
const outcomes: Record<string, number> = {};
process.once('message', () => stopping.abort());

async function attackOn(): Promise<void> {
  while (!stopping.signal.aborted) {
    const outcome = await once({ url, key, signal: stopping.signal }).catch((error: unknown) => `failed: ${String(error)}`);
    // What it broke off itself says nothing.
    if (!stopping.signal.aborted) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
}

await Promise.all(Array.from({ length: atOnce }, attackOn));
process.send?.(outcomes satisfies Outcomes, () => process.exit(0));
