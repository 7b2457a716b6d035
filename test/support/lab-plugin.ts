import { z } from 'zod';
import { ActionError, defineAction, defineChannel, defineEventType, definePlugin, defineProvider, type ConnectionReport, type EventPayload, type Notice, type ReadFeedContext, type Replay, type ResolvedTarget, type Sandbox } from '@countermeasure/sdk';

/** What a test wants the next calls of an action to do; it may wait for `gate` first. */
export type Behaviour = (call: { target: string; input: { note: string }; signal: AbortSignal; attempt: number; progress: (message: string) => void }) => Promise<void> | void;

/** A provider that lives in the test: it records its calls and does what the test says. */
export class Lab {
  readonly calls: { action: string; target: string; idempotencyKey: string }[] = [];
  readonly behaviours = new Map<string, Behaviour>();
  /** What happens while a plan is made; it may wait. */
  readonly plans = new Map<string, () => Promise<void>>();
  /** Actions that find everything as it should be already: their plans are empty. */
  readonly hasNothingToDo = new Set<string>();
  /** Something that has changed at the provider and shows in plans. */
  planSuffix = '';
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

  /** What a look at the feed of lab:signal finds; a test may throw an ActionError here. */
  readFeed: (context: ReadFeedContext<unknown>) => Promise<{ events: EventPayload[]; nextPage?: string }> = () => Promise.resolve({ events: [] });
  feedEveryMs = 1_000;
  feedOverlapMs = 60_000;

  /** The subscriptions that the service has asked for, by their ids. */
  readonly subscriptions = new Map<string, { notificationUrl: string; secret: string; renewals: number }>();
  subscriptionLastsMs = 60 * 60_000;

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
      async plan({ target }) {
        await lab.plans.get(name)?.();
        if (lab.hasNothingToDo.has(name)) return [];
        return [`Would do ${name} to ${target.displayName}${lab.planSuffix}.`];
      },
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
    eventTypes: [signal(provider, lab), notice(provider, lab)],
    undo: { alpha: 'beta' },
    suggests: { alpha: ['gamma'] },
  });
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const usersOf = ({ user, users }: EventPayload) => [user, ...(Array.isArray(users) ? (users as unknown[]) : [])].flatMap((id) => (typeof id === 'string' ? [{ kind: 'USER' as const, id }] : []));

/** Something that happens in the laboratory, and that it is asked about. */
function signal(provider: ReturnType<typeof createProvider>, lab: Lab) {
  return defineEventType(provider, {
    id: 'lab:signal',
    title: 'Signal',
    description: 'Something happened in the laboratory.',
    fields: [
      { path: 'id', title: 'Id', type: 'STRING' },
      { path: 'user', title: 'User', type: 'STRING' },
      { path: 'users', title: 'Users', type: 'STRING_LIST' },
      { path: 'level', title: 'Level', type: 'ENUM', values: ['low', 'medium', 'high'] },
      { path: 'score', title: 'Score', type: 'NUMBER' },
      { path: 'isTest', title: 'Is a test', type: 'BOOLEAN' },
      { path: 'at', title: 'When', type: 'DATETIME' },
      { path: 'address', title: 'Address', type: 'STRING', isAddress: true },
      { path: 'tags', title: 'Tags', type: 'STRING_LIST' },
      { path: 'place.city', title: 'City', type: 'STRING' },
    ],
    sample: { id: 's-1', user: 'ada@contoso.example', level: 'high', score: 7, isTest: false, at: '2026-03-01T03:12:45Z', address: '203.0.113.7', tags: ['night'], place: { city: 'Lima' } },
    targets: usersOf,
    occurredAt: ({ at }) => textOf(at),
    dedupeKey: ({ id }) => textOf(id),
    feed: {
      kind: 'POLLED',
      permissions: [{ name: 'Lab.Listen', reason: 'To hear signals.' }],
      get everyMs() {
        return lab.feedEveryMs;
      },
      get overlapMs() {
        return lab.feedOverlapMs;
      },
      read: (context) => lab.readFeed(context),
    },
  });
}

/** Something that the laboratory tells by itself. */
function notice(provider: ReturnType<typeof createProvider>, lab: Lab) {
  const expiry = (): Date => new Date(Date.now() + lab.subscriptionLastsMs);
  return defineEventType(provider, {
    id: 'lab:notice',
    title: 'Notice',
    description: 'The laboratory tells something.',
    fields: [{ path: 'user', title: 'User', type: 'STRING' }],
    sample: { user: 'ada@contoso.example' },
    targets: usersOf,
    occurredAt: () => undefined,
    dedupeKey: ({ id }) => textOf(id),
    feed: {
      kind: 'SUBSCRIBED',
      permissions: [],
      async subscribe({ notificationUrl, secret }) {
        const subscriptionId = `sub-${lab.subscriptions.size + 1}`;
        lab.subscriptions.set(subscriptionId, { notificationUrl, secret, renewals: 0 });
        return { subscriptionId, expiresAt: expiry() };
      },
      async renew({ subscriptionId }) {
        const subscription = lab.subscriptions.get(subscriptionId);
        if (!subscription) throw new ActionError('SUBSCRIPTION_GONE', 'There is no such subscription.');
        subscription.renewals += 1;
        return { expiresAt: expiry() };
      },
      async unsubscribe({ subscriptionId }) {
        lab.subscriptions.delete(subscriptionId);
      },
      receive({ query, body }) {
        const { validationToken } = query;
        if (validationToken !== undefined) return { kind: 'HANDSHAKE', answer: validationToken };
        const parsed = z.array(z.object({ subscriptionId: z.string(), secret: z.string(), event: z.record(z.string(), z.unknown()).optional(), lifecycle: z.enum(['RENEW', 'RECREATE', 'MISSED']).optional() })).safeParse(JSON.parse(body));
        if (!parsed.success) throw new ActionError('MALFORMED_NOTIFICATION', 'This is no notification.');
        return { kind: 'NOTIFICATIONS', notifications: parsed.data.map(({ subscriptionId, secret, event, lifecycle }) => ({ subscriptionId, secret, ...(event && { event }), ...(lifecycle && { lifecycle }) })) };
      },
    },
  });
}

/** A way to reach people that ends in the laboratory. */
export function createLabChannel(lab: Lab) {
  return defineChannel({
    id: 'EMAIL',
    title: 'Laboratory mail',
    environment: z.object({}),
    hosts: [],
    missing: () => undefined,
    checkAddress: (address) => (address.includes('@') ? undefined : 'must be an e-mail address'),
    connect: () => lab,
    async send({ address, notice }) {
      await lab.send(address, notice);
      lab.notices.push({ address, notice });
    },
  });
}

/** What a provider has whose sandbox stands in. */
export const LAB_SANDBOX: Sandbox = {
  environment: {},
  connectionSettings: { tenantId: 'tenant-1' },
  connectionName: 'The laboratory\'s sandbox',
  exampleTargetId: 'ada@contoso.example',
  demonstration: { playbookName: 'Try it', reason: 'To see it.', actionNames: ['alpha'], readState: () => ({}), judge: () => [] },
  stop: () => Promise.resolve(),
};
