import type { z } from 'zod';
import type { Action } from './action.js';
import type { EventType } from './event-type.js';
import type { ProviderDefinition } from './provider.js';

const BRAND = Symbol.for('@countermeasure/sdk/Plugin');

type NameOf<Actions extends readonly Action[]> = Actions[number]['name'];
type InputOf<Actions extends readonly Action[], Name> = Extract<Actions[number], { name: Name }>['input'];

/** The actions of this plugin that take the same input as the action of that name: only they can undo it. */
type UndoOf<Actions extends readonly Action[], Name> = {
  [Candidate in NameOf<Actions>]: [z.input<InputOf<Actions, Name>>] extends [z.input<InputOf<Actions, Candidate>>]
    ? Candidate
    : never;
}[NameOf<Actions>];

export interface PluginDefinition<Actions extends readonly Action[]> {
  /** The plugin's own version, as in its package.json. */
  readonly version: string;
  readonly provider: ProviderDefinition<z.ZodType, z.ZodObject>;
  readonly actions: Actions;
  /** What can happen at the provider and start a playbook. Default: nothing. */
  readonly eventTypes?: readonly EventType[];
  /** Which action takes back which, by their names. A map here, because actions that import each other would be a cycle. */
  readonly undo?: { readonly [Name in NameOf<Actions>]?: UndoOf<Actions, Name> };
  /** Which actions usually belong beside one, by their names. */
  readonly suggests?: { readonly [Name in NameOf<Actions>]?: readonly NameOf<Actions>[] };
}

/** A plugin as the registry loads it: one provider and what it can do. */
export interface Plugin {
  readonly version: string;
  readonly provider: ProviderDefinition<z.ZodType, z.ZodObject>;
  readonly actions: readonly Action[];
  readonly eventTypes: readonly EventType[];
  readonly undo: Readonly<Partial<Record<string, string>>>;
  readonly suggests: Readonly<Partial<Record<string, readonly string[]>>>;
}

/** Declares a plugin: the default export of its package. */
export function definePlugin<const Actions extends readonly Action[]>(definition: PluginDefinition<Actions>): Plugin {
  const plugin: Plugin = {
    version: definition.version,
    provider: definition.provider,
    actions: definition.actions,
    eventTypes: definition.eventTypes ?? [],
    undo: definition.undo ?? {},
    suggests: definition.suggests ?? {},
  };
  Object.defineProperty(plugin, BRAND, { value: true });
  return Object.freeze(plugin);
}

/** Whether a value was made by `definePlugin`, of this copy of the package or another. */
export function isPlugin(value: unknown): value is Plugin {
  return typeof value === 'object' && value !== null && (value as { [BRAND]?: unknown })[BRAND] === true;
}
