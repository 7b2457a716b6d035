import { z } from 'zod';
import { ActionError, defineAction, definePlugin, defineProvider, type Replay } from '@countermeasure/sdk';

/** What a test wants the next calls of an action to do; it may wait for `gate` first. */
export type Behaviour = (call: { target: string; input: { note: string }; signal: AbortSignal; attempt: number; progress: (message: string) => void }) => Promise<void> | void;

/** A provider that lives in the test: it records its calls and does what the test says. */
export class Lab {
  readonly calls: { action: string; target: string; idempotencyKey: string }[] = [];
  readonly behaviours = new Map<string, Behaviour>();
  /** What verify answers; true when nothing is set. */
  readonly seen = new Map<string, () => boolean>();
  readonly unknownTargets = new Set<string>();

  callsOf(action: string): number {
    return this.calls.filter((call) => call.action === action).length;
  }
}

function createProvider(lab: Lab) {
  return defineProvider({
    id: 'lab',
    title: 'Laboratory',
    description: 'A provider for tests.',
    hosts: ['lab.invalid'],
    settings: z.object({ tenantId: z.string().min(3) }),
    environment: z.object({ LAB_KEY: z.string().optional() }),
    connect: () => lab,
    async resolveTarget({ target }) {
      if (lab.unknownTargets.has(target.id)) throw new ActionError('TARGET_NOT_FOUND', `There is no user ${target.id}.`, { remedy: 'Check the spelling.' });
      return { ...target, displayName: `Display of ${target.id}`, username: target.id };
    },
    check: async () => ({ granted: ['Lab.All'] }),
  });
}

export function createLabPlugin(lab: Lab) {
  const provider = createProvider(lab);
  const declare = <Name extends string>(name: Name, replay: Replay) =>
    defineAction(provider, {
      name,
      title: `Do ${name}`,
      description: `Does ${name}.`,
      outcome: 'CONTAIN',
      effect: 'CHANGE',
      targetKind: 'USER',
      input: z.object({ note: z.string().max(20).default('') }),
      output: z.object({ done: z.boolean() }),
      permissions: [{ name: 'Lab.All', reason: 'To do it.' }],
      replay,
      plan: async ({ target }) => [`Would do ${name} to ${target.displayName}.`],
      async run({ target, input, signal, idempotencyKey, progress }) {
        lab.calls.push({ action: name, target: target.id, idempotencyKey });
        await lab.behaviours.get(name)?.({ target: target.id, input, signal, attempt: lab.callsOf(name), progress });
        return { done: true };
      },
      verify: async () => lab.seen.get(name)?.() ?? true,
    });
  return definePlugin({
    version: '1.2.3',
    provider,
    actions: [declare('alpha', 'SAFE'), declare('beta', 'SAFE'), declare('gamma', 'SAFE'), declare('careful', 'VERIFY'), declare('delicate', 'MANUAL')],
    undo: { alpha: 'beta' },
    suggests: { alpha: ['gamma'] },
  });
}
