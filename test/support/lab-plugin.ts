import { z } from 'zod';
import { ActionError, defineAction, defineChannel, definePlugin, defineProvider, type ConnectionReport, type Notice, type Replay, type ResolvedTarget } from '@countermeasure/sdk';

/** What a test wants the next calls of an action to do; it may wait for `gate` first. */
export type Behaviour = (call: { target: string; input: { note: string }; signal: AbortSignal; attempt: number; progress: (message: string) => void }) => Promise<void> | void;

/** A provider that lives in the test: it records its calls and does what the test says. */
export class Lab {
  readonly calls: { action: string; target: string; idempotencyKey: string }[] = [];
  readonly behaviours = new Map<string, Behaviour>();
  /** What verify answers; true when nothing is set. */
  readonly seen = new Map<string, () => boolean>();
  readonly unknownTargets = new Set<string>();
  /** What a check finds; a test may throw an ActionError here. */
  check: () => ConnectionReport = () => ({ granted: ['Lab.All'], tenantId: 'tenant-1' });
  checks = 0;
  /** The credentials that connections were made with. */
  readonly credentials: (string | undefined)[] = [];
  /** What a search finds. */
  search: (query: string, signal: AbortSignal) => Promise<readonly ResolvedTarget[]> = (query) => Promise.resolve([{ kind: 'USER', id: `id-of-${query}`, displayName: query }]);
  searches: string[] = [];

  /** What was sent to contacts, in order. */
  readonly notices: { address: string; notice: Notice }[] = [];
  /** What sending does; a test may throw an ActionError here. */
  send: (address: string, notice: Notice) => Promise<void> | void = () => undefined;

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
    credential: z.strictObject({ key: z.string().min(8, { error: 'must have at least 8 characters' }) }),
    privilegedRole: { name: 'Lab Chief', instructions: 'Ask the chief.' },
    consent: {
      url: ({ settings, state, redirectUri }) => `https://lab.invalid/${settings.tenantId}/consent?${new URLSearchParams({ state, redirect_uri: redirectUri }).toString()}`,
      readAnswer({ parameters }) {
        if (parameters['error'] !== undefined) throw new ActionError('CONSENT_DECLINED', 'The administrator declined.', { remedy: 'Open a new link.' });
        return parameters['tenant'] === undefined ? {} : { tenantId: parameters['tenant'] };
      },
    },
    connect({ credential }) {
      lab.credentials.push(credential?.key);
      return lab;
    },
    searchTargets({ query, signal }) {
      lab.searches.push(query);
      return lab.search(query, signal);
    },
    async resolveTarget({ target }) {
      if (lab.unknownTargets.has(target.id)) throw new ActionError('TARGET_NOT_FOUND', `There is no user ${target.id}.`, { remedy: 'Check the spelling.' });
      return { ...target, displayName: `Display of ${target.id}`, username: target.id };
    },
    async check() {
      lab.checks += 1;
      return lab.check();
    },
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

/** A way to reach people that ends in the laboratory. */
export function createLabChannel(lab: Lab) {
  return defineChannel({
    id: 'EMAIL',
    title: 'Laboratory mail',
    environment: z.object({}),
    missing: () => undefined,
    checkAddress: (address) => (address.includes('@') ? undefined : 'must be an e-mail address'),
    connect: () => lab,
    async send({ address, notice }) {
      await lab.send(address, notice);
      lab.notices.push({ address, notice });
    },
  });
}
