import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { defineAction, definePlugin, defineProvider, type Action, type EventType, type Plugin } from '@countermeasure/sdk';
import { z } from 'zod';
import { checkPlugin } from '../../src/registry/check-plugin.js';
import { loadPlugins, registerProvider } from '../../src/registry/load-plugins.js';
import { Registry } from '../../src/registry/registry.js';
import { Lab, createLabPlugin } from '../support/lab-plugin.js';

const provider = (id: string) =>
  defineProvider({
    id,
    title: 'T',
    description: 'D',
    hosts: [],
    settings: z.object({}),
    environment: z.object({ ACME_TOKEN: z.string({ error: 'must be set: the token of the Acme console' }) }),
    connect: () => ({}),
    resolveTarget: async ({ target }) => ({ ...target, displayName: target.id }),
    check: async () => ({}),
  });

const action = (id: string, name: string, more: Partial<Action> = {}): Action =>
  defineAction(provider(id), {
    name,
    title: 'T',
    description: 'D',
    outcome: 'CONTAIN',
    effect: 'READ',
    targetKind: 'USER',
    input: z.object({}),
    output: z.object({}),
    permissions: [],
    plan: async () => [],
    run: async () => ({}),
    ...(more as object),
  });

const plugin = (id: string, actions: readonly Action[], more: Partial<Plugin> = {}): Plugin => definePlugin({ version: '1.0.0', provider: provider(id), actions, ...(more as object) });

test('a sound plugin has nothing wrong with it', () => {
  expect(checkPlugin(createLabPlugin(new Lab()))).toEqual([]);
});

test('everything that is wrong with a plugin is told at once', () => {
  const broken = plugin('Acme Corp', [action('Acme Corp', 'Do_It'), action('Acme Corp', 'same'), action('Acme Corp', 'same'), action('other', 'foreign'), action('Acme Corp', 'blind', { replay: 'VERIFY' })], {
    undo: { same: 'gone' },
    suggests: { nobody: ['same'] },
  });
  const problems = checkPlugin(broken).join('\n');
  for (const word of ['"Acme Corp" is not kebab-case', '"Do_It" is not kebab-case', 'two actions are named "same"', '"other:foreign" was declared for another provider', 'VERIFY but no verify()', 'undo names "gone"', 'suggests names "nobody"']) {
    expect(problems).toContain(word);
  }
});

test('everything that is wrong with event types is told, too', () => {
  const event = (id: string, more: object = {}) => ({ ...createLabPlugin(new Lab()).eventTypes[0], id, providerId: 'acme', ...more }) as EventType;
  const field = { path: 'level', title: 'Level', type: 'ENUM' };
  const problems = checkPlugin(plugin('acme', [action('acme', 'do-it')], { eventTypes: [event('Acme Alarm'), event('acme:alarm'), event('acme:alarm'), event('identity:alert'), event('acme:do-it'), event('acme:foreign', { providerId: 'other' }), event('acme:fields', { fields: [field, field] })] })).join('\n');
  for (const word of ['"Acme Alarm" is not of the form', 'two event types have the id "acme:alarm"', '"identity:alert" is the service\'s own', 'an action and an event type have the id "acme:do-it"', '"acme:foreign" was declared for another provider', 'has the field "level" twice', 'is an enum without values']) expect(problems).toContain(word);
});

test('what is no plugin is refused', () => {
  for (const exported of [undefined, {}, 'plugin', { provider: {}, actions: [] }]) expect(checkPlugin(exported)).toEqual([expect.stringContaining('definePlugin')]);
});

test('the problems of all listed packages are told together, each with its package', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'countermeasure-plugins-'));
  const write = (name: string, code: string): string => {
    writeFileSync(path.join(folder, name), code);
    return pathToFileURL(path.join(folder, name)).href;
  };
  const empty = write('empty.mjs', 'export default {};');
  const throwing = write('throwing.mjs', 'throw new Error("It went wrong while loading.");');
  const { plugins, problems } = await loadPlugins([empty, throwing, '@acme/not-installed', '@countermeasure/plugin-entra-id', '@countermeasure/plugin-entra-id']);
  rmSync(folder, { recursive: true });
  expect(plugins).toHaveLength(1);
  expect(problems).toEqual([
    expect.stringMatching(/empty\.mjs: .*definePlugin/),
    expect.stringMatching(/throwing\.mjs: it cannot be loaded: It went wrong/),
    expect.stringMatching(/@acme\/not-installed: it cannot be loaded/),
    expect.stringMatching(/"entra-id" was already brought by @countermeasure\/plugin-entra-id/),
    ...['risk-detection', 'risky-user', 'sign-in', 'directory-audit', 'security-alert', 'user-change'].map((name) => expect.stringContaining(`${name}" was already brought by`)),
  ]);
});

test('a plugin gets its own variables and no others, and says which are missing', () => {
  const loaded = { packageName: '@acme/plugin', plugin: plugin('acme', []) };
  expect(registerProvider(loaded, { DATABASE_URL: 'x' }).problems).toEqual(['plugin @acme/plugin: ACME_TOKEN: must be set: the token of the Acme console']);
  expect(registerProvider(loaded, { ACME_TOKEN: 't', DATABASE_URL: 'x' }).provider?.environment).toEqual({ ACME_TOKEN: 't' });
});

test('no list of plugins is a fault, not an empty service', async () => {
  expect((await loadPlugins([])).problems).toHaveLength(1);
});

test('the registry publishes schemas, undo and suggestions, and cannot be changed', () => {
  const { provider: lab } = registerProvider({ packageName: 'lab', plugin: createLabPlugin(new Lab()) }, {});
  const registry = new Registry(lab ? [lab] : []);
  expect(registry.action('lab:alpha')).toMatchObject({ undoneById: 'lab:beta', suggestedIds: ['lab:gamma'], input: { $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object' } });
  expect(registry.actions({ outcome: 'RESTORE' })).toEqual([]);
  expect(Object.isFrozen(registry) && Object.isFrozen(registry.action('lab:alpha'))).toBe(true);
});
