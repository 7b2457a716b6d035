import { ActionError, defineAction, definePlugin, defineProvider, type Action, type ActionDefinition, type Plugin, type PluginLogger } from '@countermeasure/sdk';
import { pluginContract, type PluginFixtures } from '@countermeasure/sdk/testing';
import { z } from 'zod';

const CANARY = 'canary-5f1d7c';

interface Desk {
  call(method: string, path: string, signal: AbortSignal | undefined, body?: object): Promise<{ open: boolean; rev: number }>;
  readonly logger: PluginLogger;
  readonly token: string;
}

/** A small honest plugin by plain fetch; each sabotage below changes one thing of it. */
interface Sabotage {
  readonly call?: (desk: Desk) => Desk['call'];
  readonly action?: Partial<ActionDefinition<string, Desk, z.ZodObject, z.ZodObject>>;
  readonly plugin?: (plugin: Plugin, action: Action) => Plugin;
}

async function honestCall(origin: string, token: string, method: string, path: string, signal: AbortSignal | undefined, body?: object) {
  const init = { method, headers: { authorization: `Bearer ${token}` }, ...(signal && { signal }), ...(body && { body: JSON.stringify(body) }) };
  const response = await fetch(`${origin}${path}`, init).catch((cause: unknown) => {
    signal?.throwIfAborted();
    throw new ActionError('UNREACHABLE', 'The desk does not answer.', { retryable: true, cause });
  });
  if (response.ok) return (await response.json()) as { open: boolean; rev: number };
  const retryAfter = response.headers.get('retry-after');
  throw new ActionError(`HTTP_${response.status}`, `The desk answered ${response.status}.`, {
    retryable: response.status === 429 || response.status >= 500,
    ...(retryAfter !== null && { retryAfterMs: Number(retryAfter) * 1_000 }),
  });
}

function createPlugin(sabotage: Sabotage = {}): Plugin {
  const provider = defineProvider({
    id: 'desk',
    title: 'Desk',
    description: 'A desk with one drawer.',
    hosts: ['desk.invalid'],
    settings: z.object({ origin: z.url() }),
    environment: z.object({ DESK_TOKEN: z.string() }),
    connect({ settings, environment, logger }): Desk {
      const token = environment.DESK_TOKEN;
      const desk: Desk = { logger, token, call: (method, path, signal, body) => honestCall(settings.origin, token, method, path, signal, body) };
      return sabotage.call ? { ...desk, call: sabotage.call(desk) } : desk;
    },
    resolveTarget: async ({ target }) => ({ ...target, displayName: 'The drawer' }),
    check: async () => ({}),
  });
  const action = defineAction(provider, {
    name: 'close-drawer',
    title: 'Close the drawer',
    description: 'Closes it.',
    outcome: 'CONTAIN',
    effect: 'CHANGE',
    targetKind: 'DEVICE',
    input: z.object({}),
    output: z.object({ open: z.boolean() }),
    permissions: [{ name: 'Drawer.Close', reason: 'To close it.' }],
    idempotent: true,
    replay: 'SAFE',
    plan: async ({ client, signal }) => ((await client.call('GET', '/drawer', signal)).open ? ['Close the drawer.'] : []),
    run: async ({ client, signal, progress }) => {
      progress('Closing.');
      const { open } = await client.call('PUT', '/drawer', signal, { open: false });
      return { open };
    },
    verify: async ({ client, signal }) => !(await client.call('GET', '/drawer', signal)).open,
    ...(sabotage.action as object),
  });
  const plugin = definePlugin({ version: '1.0.0', provider, actions: [action as Action] });
  return sabotage.plugin ? sabotage.plugin(plugin, action) : plugin;
}

const FIXTURES: PluginFixtures = {
  secrets: [CANARY],
  connection: (origin) => ({ settings: { origin }, environment: { DESK_TOKEN: CANARY } }),
  actions: { 'close-drawer': { target: { kind: 'DEVICE', id: 'drawer-1' } } },
  createProvider() {
    const drawer = { open: true, rev: 0 };
    return ({ method }) => {
      if (method === 'PUT') Object.assign(drawer, { open: false, rev: drawer.rev + 1 });
      return { body: drawer };
    };
  },
};

async function failedCases(plugin: Plugin, fixtures: PluginFixtures = FIXTURES): Promise<string[]> {
  const failed: string[] = [];
  for (const { name, run } of pluginContract(plugin, fixtures)) await run().catch(() => failed.push(name));
  return failed;
}

const run = (work: (context: { client: Desk; signal: AbortSignal; progress: (message: string) => void }) => Promise<object>): Sabotage => ({ action: { run: work as never } });

test('a sound plugin passes every case', async () => {
  expect(pluginContract(createPlugin(), FIXTURES).length).toBeGreaterThan(15);
  expect(await failedCases(createPlugin())).toEqual([]);
});

test.each<[string, Sabotage, string[]]>([
  ['a plan that writes', { action: { plan: (async ({ client, signal }: { client: Desk; signal: AbortSignal }) => [String((await client.call('PUT', '/drawer', signal)).open)]) } }, ['close-drawer: plan only reads']],
  ['an output that is not as declared', run(async ({ client, signal }) => ({ open: String((await client.call('PUT', '/drawer', signal)).open) })), ['close-drawer: run returns what its output declares, and verify sees the effect']],
  [
    'an action that does nothing',
    run(async ({ client, signal }) => ({ open: (await client.call('GET', '/drawer', signal)).open })),
    ['close-drawer: run returns what its output declares, and verify sees the effect', 'close-drawer: running it twice does no harm'],
  ],
  [
    'an action that says it is idempotent and is not',
    run(async ({ client, signal }) => {
      const { open, rev } = await client.call('PUT', '/drawer', signal);
      if (rev > 1) throw new ActionError('ALREADY_CLOSED', 'It is closed.');
      return { open };
    }),
    ['close-drawer: running it twice does no harm'],
  ],
  ['an action that ignores its signal', run(async ({ client }) => ({ open: (await client.call('PUT', '/drawer', undefined)).open })), ['close-drawer: it does nothing when it is aborted before it begins', 'close-drawer: it ends when it is aborted in the middle']],
  [
    'a 403 that it calls retryable',
    { call: (desk) => (...call) => desk.call(...call).catch((error: ActionError) => { throw error.code === 'HTTP_403' ? new ActionError(error.code, error.message, { retryable: true }) : error; }) },
    ['close-drawer: 403 is an ActionError that is not retryable'],
  ],
  [
    'a Retry-After that it forgets',
    { call: (desk) => (...call) => desk.call(...call).catch((error: ActionError) => { throw error.code === 'HTTP_429' ? new ActionError(error.code, error.message, { retryable: true }) : error; }) },
    ['close-drawer: 429 is a retryable ActionError that passes Retry-After on'],
  ],
  [
    'a broken connection that it throws on as it came',
    { call: (desk) => (...call) => desk.call(...call).catch((error: ActionError) => { throw error.code === 'UNREACHABLE' ? new Error('plain') : error; }) },
    ['close-drawer: a connection that breaks is a retryable ActionError'],
  ],
  [
    'a secret in the log',
    { call: (desk) => (...call) => { desk.logger.info({ header: `Bearer ${desk.token}` }, 'Calling.'); return desk.call(...call); } },
    ['close-drawer: no secret is seen in results, errors, progress or logs'],
  ],
  [
    'a secret in an error',
    { call: (desk) => (...call) => desk.call(...call).catch((error: ActionError) => { throw error.code === 'HTTP_404' ? new ActionError(error.code, `Not found with ${desk.token}`) : error; }) },
    ['close-drawer: no secret is seen in results, errors, progress or logs'],
  ],
  ['an undo that leads nowhere', { plugin: (plugin) => definePlugin({ ...plugin, undo: { 'close-drawer': 'open-drawer' } }) }, ['undo and suggests name actions of this plugin']],
  ['a change without a permission', { action: { permissions: [] } }, ['close-drawer: what it declares fits together']],
  ['a replay that reads back, with nothing to read back', { action: { replay: 'VERIFY', verify: undefined as never } }, ['close-drawer: what it declares fits together']],
  ['a schema that JSON Schema cannot say', { action: { input: z.object({ when: z.date().optional() }) } }, ['settings, inputs and outputs can be published as JSON Schema']],
])('%s fails exactly the cases that it breaks', async (_what, sabotage, expected) => {
  expect(await failedCases(createPlugin(sabotage))).toEqual(expected);
});

test('two actions of one name fail the case of the names', async () => {
  const plugin = createPlugin({ plugin: (sound, action) => definePlugin({ ...sound, actions: [action, action] as never }) });
  expect(await failedCases(plugin)).toEqual(['the names are kebab-case, and no two actions share one']);
});

test('an action without a fixture fails', async () => {
  expect(await failedCases(createPlugin(), { ...FIXTURES, actions: {} })).toContain('every action has a fixture');
});
