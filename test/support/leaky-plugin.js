import { ActionError, defineAction, defineEventType, definePlugin, defineProvider } from '@countermeasure/sdk';
import { z } from 'zod';

/**
 * A plugin that is careless with its secrets in every way that a plugin can be: it quotes them in errors, tells them to
 * followers, logs them, and lets a fault that holds them escape. It is loaded by a service in a process of its own.
 */
const provider = defineProvider({
  id: 'leaky',
  title: 'Leaky',
  description: 'A provider that tells its secrets.',
  hosts: [],
  settings: z.object({ tenantId: z.string() }),
  environment: z.object({ LEAKY_CLIENT_SECRET: z.string(), LEAKY_ACCESS_TOKEN: z.string() }),
  credential: z.strictObject({ key: z.string().min(8) }),
  consent: {
    url: ({ state, redirectUri }) => `https://leaky.invalid/?${new URLSearchParams({ state, redirect_uri: redirectUri })}`,
    readAnswer: ({ parameters }) => {
      if (parameters.error) throw new ActionError('CONSENT_DECLINED', `Declined: ${parameters.error_description}`, { remedy: 'Open a new link.' });
      return {};
    },
  },
  connect: ({ environment, credential, logger }) => {
    const secrets = [environment.LEAKY_CLIENT_SECRET, environment.LEAKY_ACCESS_TOKEN, credential?.key ?? 'no key of its own'];
    const text = `secret=${secrets[0]} Authorization: Bearer ${secrets[1]} key=${secrets[2]}`;
    logger.debug({ deep: { down: { in: { a: { log: { line: text } } } } }, headers: { authorization: `Bearer ${secrets[1]}` } }, `Connected with ${text}.`);
    return { text, refuses: credential?.key.endsWith('refused') ?? false };
  },
  resolveTarget: async ({ target }) => ({ ...target, displayName: target.id }),
  searchTargets: async ({ client }) => {
    throw new ActionError('SEARCH_FAILED', `Searched with ${client.text}`, { remedy: `Use another than ${client.text}.` });
  },
  check: async ({ client }) => {
    if (client.refuses) throw new ActionError('AUTHENTICATION_FAILED', `401: {"error":"invalid token","request":"${client.text}"}`, { remedy: `Not ${client.text}`, concernsConnection: true });
    return { granted: [], warnings: [`Soon ends: ${client.text}`] };
  },
});

/** What a library throws that keeps the request in its errors. */
const fault = ({ text }) => Object.assign(new Error(`Request failed with ${text}`, { cause: new Error(`socket of ${text}`) }), { config: { headers: { Authorization: text } }, request: { a: { b: { c: text } } } });

const WAYS = {
  quote: ({ client }) => {
    throw new ActionError('REFUSED', `The provider said: ${client.text}`, { remedy: `Change ${client.text}.`, cause: fault(client) });
  },
  fault: ({ client }) => {
    throw fault(client);
  },
  progress: ({ client, progress }) => progress(`Sending ${client.text}`),
  output: () => undefined,
  escape: ({ client }) => {
    setTimeout(() => {
      throw fault(client);
    });
    return new Promise(() => undefined);
  },
  reject: ({ client }) => {
    void Promise.reject(fault(client));
    return new Promise(() => undefined);
  },
};

const actions = Object.entries(WAYS).map(([name, leak]) =>
  defineAction(provider, {
    name,
    title: `Leak by ${name}`,
    description: 'Tells secrets.',
    outcome: 'CONTAIN',
    effect: 'CHANGE',
    targetKind: 'USER',
    input: z.object({}),
    output: z.object({ said: z.string() }),
    permissions: [],
    replay: 'SAFE',
    plan: async ({ client }) => [`Would send ${client.text}.`],
    async run(context) {
      await leak(context);
      return { said: context.client.text };
    },
  }),
);

const signal = defineEventType(provider, {
  id: 'leaky:signal',
  title: 'Signal',
  description: 'Tells secrets.',
  fields: [{ path: 'user', title: 'User', type: 'STRING' }],
  sample: { user: 'ada@contoso.example' },
  targets: () => [],
  occurredAt: () => undefined,
  dedupeKey: () => undefined,
  feed: {
    kind: 'SUBSCRIBED',
    permissions: [],
    subscribe: async ({ client, secret }) => {
      throw new ActionError('REFUSED', `Refused: clientState=${secret} ${client.text}`, { retryable: true });
    },
    renew: async () => ({ expiresAt: new Date() }),
    unsubscribe: async () => undefined,
    receive: () => ({ kind: 'NOTIFICATIONS', notifications: [] }),
  },
});

export default definePlugin({ version: '1.0.0', provider, actions, eventTypes: [signal] });
