import { z } from 'zod';
import type { Action, ActionOutcome, ChannelDefinition, ContactChannel, EventTypeDefinition, Plugin, Sandbox } from '@countermeasure/sdk';
import type { Problem } from '../kernel/errors.js';
import type { JsonObject } from '../kernel/json.js';
import { BUILT_IN_EVENT_TYPES } from './built-in-event-types.js';

/** A provider as it was loaded: with the package it came from and its part of the environment. */
export interface RegisteredProvider {
  readonly id: string;
  readonly packageName: string;
  readonly plugin: Plugin;
  readonly environment: Readonly<Record<string, unknown>>;
  readonly connectionSettings: JsonObject;
  /** JSON Schema of a connection's own credential; undefined when connections cannot bring one. */
  readonly connectionCredential: JsonObject | undefined;
  /** The imitation of it that stands in, because no variable of it is set; undefined: it is itself. */
  readonly sandbox: Sandbox | undefined;
}

/** An action as the catalogue shows it, its schemas already turned into JSON Schema. */
export interface RegisteredAction {
  readonly id: string;
  readonly action: Action;
  readonly provider: RegisteredProvider;
  readonly input: JsonObject;
  readonly output: JsonObject;
  readonly undoneById: string | undefined;
  readonly suggestedIds: readonly string[];
}

/** An event type, and whose it is. */
export interface RegisteredEventType {
  readonly id: string;
  readonly definition: EventTypeDefinition;
  /** undefined for those that belong to no provider. */
  readonly provider: RegisteredProvider | undefined;
}

/** A way to reach people, with its part of the environment. */
export interface RegisteredChannel {
  readonly id: ContactChannel;
  readonly packageName: string;
  readonly definition: ChannelDefinition;
  readonly environment: Readonly<Record<string, unknown>>;
}

/** All providers, actions, event types and channels there are. It is filled at the start and never changes. */
export class Registry {
  readonly #providers: ReadonlyMap<string, RegisteredProvider>;
  readonly #actions: ReadonlyMap<string, RegisteredAction>;
  readonly #eventTypes: ReadonlyMap<string, RegisteredEventType>;
  readonly #channels: ReadonlyMap<ContactChannel, RegisteredChannel>;

  constructor(providers: readonly RegisteredProvider[], channels: readonly RegisteredChannel[] = []) {
    this.#channels = new Map(channels.map((channel) => [channel.id, channel]));
    this.#providers = new Map(providers.map((provider) => [provider.id, provider]));
    const actions = providers.flatMap((provider) => provider.plugin.actions.map((action) => registerAction(provider, action)));
    this.#actions = new Map(actions.map((action) => [action.id, action]));
    const eventTypes: RegisteredEventType[] = [
      ...BUILT_IN_EVENT_TYPES.map((definition) => ({ id: definition.id, definition, provider: undefined })),
      ...providers.flatMap((provider) => provider.plugin.eventTypes.map((definition) => ({ id: definition.id, definition, provider }))),
    ];
    this.#eventTypes = new Map(eventTypes.map((eventType) => [eventType.id, Object.freeze(eventType)]));
    Object.freeze(this);
  }

  providers(): readonly RegisteredProvider[] {
    return [...this.#providers.values()];
  }

  provider(id: string): RegisteredProvider | undefined {
    return this.#providers.get(id);
  }

  actions(filter: { provider?: string | undefined; outcome?: ActionOutcome | undefined } = {}): readonly RegisteredAction[] {
    return [...this.#actions.values()].filter(
      ({ action, provider }) =>
        (filter.provider === undefined || provider.id === filter.provider) && (filter.outcome === undefined || action.outcome === filter.outcome),
    );
  }

  action(id: string): RegisteredAction | undefined {
    return this.#actions.get(id);
  }

  eventTypes(): readonly RegisteredEventType[] {
    return [...this.#eventTypes.values()];
  }

  eventType(id: string): RegisteredEventType | undefined {
    return this.#eventTypes.get(id);
  }

  channel(id: ContactChannel): RegisteredChannel | undefined {
    return this.#channels.get(id);
  }

  /** For ids that were checked when they were stored; an action that is gone means that its plugin is no longer loaded. */
  requireAction(id: string): RegisteredAction {
    const action = this.#actions.get(id);
    if (!action) throw new Error(`No loaded plugin brings the action ${id}.`);
    return action;
  }
}

/** What a schema has against a value, as problems below `path`; the parsed value when it has nothing. */
export function parseWith(schema: z.ZodType, value: unknown, path: Problem['path']): { problems: Problem[]; value: JsonObject } {
  const parsed = schema.safeParse(value);
  if (parsed.success) return { problems: [], value: parsed.data as JsonObject };
  const problems = parsed.error.issues.flatMap((issue) => {
    const at = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
    if (issue.code !== 'unrecognized_keys') return [{ path: [...path, ...at], message: `${[...path, ...at].join('.')}: ${issue.message}.` }];
    return issue.keys.map((key) => ({ path: [...path, ...at, key], message: `${[...path, ...at, key].join('.')}: there is no such setting.` }));
  });
  return { problems, value: {} };
}

export function toJsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonObject {
  return z.toJSONSchema(schema, { target: 'draft-2020-12', io });
}

function registerAction(provider: RegisteredProvider, action: Action): RegisteredAction {
  const { undo, suggests } = provider.plugin;
  const undoName = undo[action.name];
  return Object.freeze({
    id: action.id,
    action,
    provider,
    input: toJsonSchema(action.input, 'input'),
    output: toJsonSchema(action.output, 'output'),
    undoneById: undoName === undefined ? undefined : `${provider.id}:${undoName}`,
    suggestedIds: (suggests[action.name] ?? []).map((name) => `${provider.id}:${name}`),
  });
}
