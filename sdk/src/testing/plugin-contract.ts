import assert from 'node:assert/strict';
import { z } from 'zod';
import type { Action } from '../action.js';
import { isPlugin, type Plugin } from '../plugin.js';
import { actionCases } from './action-cases.js';
import { declared, type ContractCase } from './contract-case.js';
import { eventTypeCases } from './event-type-cases.js';
import type { PluginFixtures } from './fixtures.js';

const KEBAB = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/**
 * What every plugin must keep to, as cases for any test runner:
 * `for (const { name, run } of pluginContract(plugin, fixtures)) test(name, run)`.
 */
export function pluginContract(plugin: Plugin, fixtures: PluginFixtures): ContractCase[] {
  return [...declarationCases(plugin, fixtures), ...plugin.actions.flatMap((action) => actionCases(plugin, action, fixtures)), ...plugin.eventTypes.flatMap(eventTypeCases)];
}

function declarationCases(plugin: Plugin, fixtures: PluginFixtures): ContractCase[] {
  const names = plugin.actions.map((action) => action.name);
  return [
    declared('the plugin is made by definePlugin', () => assert.ok(isPlugin(plugin))),
    declared('the names are kebab-case, and no two actions share one', () => {
      for (const name of [plugin.provider.id, ...names]) assert.match(name, KEBAB);
      assert.equal(new Set(names).size, names.length, `two of these are the same: ${names.join(', ')}`);
    }),
    declared('undo and suggests name actions of this plugin', () => {
      const named = [...Object.entries(plugin.undo).flat(), ...Object.entries(plugin.suggests).flat(2)];
      for (const name of named) assert.ok(name === undefined || names.includes(name), `"${String(name)}" is no action of this plugin`);
    }),
    declared('every action has a fixture', () => {
      for (const name of names) assert.ok(fixtures.actions[name], `there is no fixture for "${name}"`);
    }),
    declared('settings, inputs and outputs can be published as JSON Schema', () => {
      const schemas = [plugin.provider.settings, ...plugin.actions.flatMap(({ input, output }) => [input, output])];
      for (const schema of schemas) assert.equal(typeof z.toJSONSchema(schema), 'object');
    }),
    ...plugin.actions.map((action) => declarationCase(action)),
  ];
}

function declarationCase(action: Action): ContractCase {
  return declared(`${action.name}: what it declares fits together`, () => {
    if (action.replay === 'VERIFY') assert.ok(action.verify !== undefined, 'replay VERIFY needs verify()');
    if (action.effect !== 'READ') assert.ok(action.permissions.length > 0, `an action of effect ${action.effect} needs a permission`);
    for (const text of [action.title, action.description]) assert.ok(text.trim().length > 0, 'title and description are for people, and are not empty');
  });
}
