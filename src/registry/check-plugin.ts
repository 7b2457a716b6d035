import { isPlugin, type Action, type Plugin } from '@countermeasure/sdk';
import { toJsonSchema } from './registry.js';

const KEBAB = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** Everything that is wrong with what a package exports, a sentence each. An empty list means a sound plugin. */
export function checkPlugin(exported: unknown): string[] {
  if (!isPlugin(exported)) return ['its default export was not made by definePlugin of @countermeasure/sdk.'];
  const names = exported.actions.map((action) => action.name);
  const repeated = names.filter((name, index) => names.indexOf(name) !== index);
  return [
    ...(KEBAB.test(exported.provider.id) ? [] : [`the provider's id "${exported.provider.id}" is not kebab-case.`]),
    ...[...new Set(repeated)].map((name) => `two actions are named "${name}".`),
    ...schemaProblems(`the provider's settings`, exported.provider.settings),
    ...(exported.provider.credential ? schemaProblems(`the provider's credential`, exported.provider.credential) : []),
    ...exported.actions.flatMap((action) => checkAction(exported, action)),
    ...referenceProblems(exported, names),
  ];
}

function checkAction(plugin: Plugin, action: Action): string[] {
  const problems: string[] = [];
  if (!KEBAB.test(action.name)) problems.push(`the action name "${action.name}" is not kebab-case.`);
  if (action.providerId !== plugin.provider.id) problems.push(`the action "${action.id}" was declared for another provider than "${plugin.provider.id}".`);
  if (action.replay === 'VERIFY' && action.verify === undefined) problems.push(`the action "${action.name}" has replay VERIFY but no verify().`);
  return [...problems, ...schemaProblems(`the input of "${action.name}"`, action.input), ...schemaProblems(`the output of "${action.name}"`, action.output)];
}

function schemaProblems(what: string, schema: Action['input'] | Plugin['provider']['settings']): string[] {
  try {
    toJsonSchema(schema, 'input');
    return [];
  } catch (error) {
    return [`${what} cannot be published as JSON Schema: ${error instanceof Error ? error.message : String(error)}`];
  }
}

function referenceProblems({ undo, suggests }: Plugin, names: readonly string[]): string[] {
  const references = [
    ...Object.entries(undo).flatMap(([from, to]) => [from, to ?? from].map((name) => ({ map: 'undo', name }))),
    ...Object.entries(suggests).flatMap(([from, to]) => [from, ...(to ?? [])].map((name) => ({ map: 'suggests', name }))),
  ];
  return references.filter(({ name }) => !names.includes(name)).map(({ map, name }) => `${map} names "${name}", which is no action of this plugin.`);
}
