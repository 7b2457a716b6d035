import { isPlugin, type Action, type EventType, type Plugin } from '@countermeasure/sdk';
import { hostProblem } from './allowed-hosts.js';
import { BUILT_IN_EVENT_TYPES } from './built-in-event-types.js';
import { toJsonSchema } from './registry.js';

const KEBAB = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const EVENT_TYPE_ID = /^[a-z][a-z0-9]*(-[a-z0-9]+)*:[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** Everything that is wrong with what a package exports, a sentence each. An empty list means a sound plugin. */
export function checkPlugin(exported: unknown): string[] {
  if (!isPlugin(exported)) return ['its default export was not made by definePlugin of @countermeasure/sdk.'];
  const names = exported.actions.map((action) => action.name);
  const repeated = names.filter((name, index) => names.indexOf(name) !== index);
  return [
    ...(KEBAB.test(exported.provider.id) ? [] : [`the provider's id "${exported.provider.id}" is not kebab-case.`]),
    ...exported.provider.hosts.flatMap((host) => hostProblem(host) ?? []),
    ...[...new Set(repeated)].map((name) => `two actions are named "${name}".`),
    ...schemaProblems(`the provider's settings`, exported.provider.settings),
    ...(exported.provider.credential ? schemaProblems(`the provider's credential`, exported.provider.credential) : []),
    ...exported.actions.flatMap((action) => checkAction(exported, action)),
    ...exported.eventTypes.flatMap((eventType) => checkEventType(exported, eventType)),
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

function checkEventType({ provider, actions, eventTypes }: Plugin, { id, providerId, fields, sample }: EventType): string[] {
  const problems: string[] = [];
  if (!EVENT_TYPE_ID.test(id)) problems.push(`the event type "${id}" is not of the form namespace:kebab-name.`);
  if (providerId !== provider.id) problems.push(`the event type "${id}" was declared for another provider than "${provider.id}".`);
  if (eventTypes.filter((other) => other.id === id).length > 1) problems.push(`two event types have the id "${id}".`);
  if (BUILT_IN_EVENT_TYPES.some((builtIn) => builtIn.id === id)) problems.push(`the event type "${id}" is the service's own.`);
  if (actions.some((action) => action.id === id)) problems.push(`an action and an event type have the id "${id}".`);
  const paths = fields.map(({ path }) => path);
  problems.push(...paths.filter((path, index) => paths.indexOf(path) < index).map((path) => `the event type "${id}" has the field "${path}" twice.`));
  problems.push(...fields.filter(({ type, values }) => type.startsWith('ENUM') && !values?.length).map(({ path }) => `the field "${path}" of the event type "${id}" is an enum without values.`));
  if (typeof sample !== 'object') problems.push(`the event type "${id}" has no sample.`);
  return problems;
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
