import type { z } from 'zod';
import type { PluginLogger } from './provider.js';

/** The ways in which people can be reached. At most one loaded plugin brings each. */
export type ContactChannel = 'EMAIL' | 'SLACK' | 'TEAMS' | 'WEBHOOK';

/** Something to tell a person, without a word about how it looks: each channel gives it the form of its medium. */
export interface Notice {
  /** Unique, and the same whenever this notice is sent again: for Message-ID, idempotency keys and the like. */
  readonly id: string;
  /** The same for all notices about one matter, so that mail programs and chats can keep them together. */
  readonly threadId: string;
  /** REQUEST asks for a decision, REMINDER asks again, OUTCOME tells what became of it. */
  readonly kind: 'REQUEST' | 'REMINDER' | 'OUTCOME';
  /** One line. */
  readonly subject: string;
  /** What this is about, in a sentence or two. */
  readonly text: string;
  /** What is known, in the order in which people want to know it. */
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  /** What would be changed, a sentence each. */
  readonly plan: readonly string[];
  /** Where to decide. It is a secret: whoever has it can decide. Not there when nothing is left to decide. */
  readonly decideUrl?: string;
  /** Where to follow along. */
  readonly followUrl: string;
  /** Until when it can be decided. */
  readonly expiresAt?: Date;
}

export interface SendContext<Client> {
  readonly client: Client;
  /** Where to, as `checkAddress` let it pass. */
  readonly address: string;
  /** The contact's name, where it has one. */
  readonly name: string | undefined;
  readonly notice: Notice;
  readonly signal: AbortSignal;
}

/** A way in which people can be reached. */
export interface ChannelDefinition<Environment extends z.ZodObject = z.ZodObject, Client = unknown> {
  readonly id: ContactChannel;
  readonly title: string;
  /** The environment variables that the operator sets, secrets among them, by their full names. */
  readonly environment: Environment;
  /** The names of the hosts that it calls, as those of a provider; `*` where the addresses of the contacts decide. */
  readonly hosts: readonly string[];
  /** Hosts that the operator has named in the environment, as those of a provider. */
  operatorHosts?(environment: z.output<Environment>): readonly string[];
  /** Why nobody can be reached yet, and what to set; undefined when the channel can be used. */
  missing(environment: z.output<Environment>): string | undefined;
  /** What is wrong with an address, in a sentence that says what it must be; undefined when nothing is. */
  checkAddress(address: string): string | undefined;
  /** Called once and kept. It must not connect to anything yet. */
  connect(context: { readonly environment: z.output<Environment>; readonly logger: PluginLogger }): Client;
  /**
   * Sends a notice. Throws ActionError: retryable when it may go through later, not retryable when this address will never
   * be reached. A notice that is sent twice must be recognisable as the same one.
   */
  send(context: SendContext<Client>): Promise<void>;
  /** Lets go of what `connect` opened. */
  close?(client: Client): Promise<void>;
}

const BRAND = Symbol.for('@countermeasure/sdk/ChannelPlugin');

/** A plugin as the registry loads it: ways in which people can be reached. */
export interface ChannelPlugin {
  readonly version: string;
  readonly channels: readonly ChannelDefinition[];
}

/** Declares a channel; the client's type is inferred from `connect`. */
export function defineChannel<Environment extends z.ZodObject, Client>(definition: ChannelDefinition<Environment, Client>): ChannelDefinition<Environment, Client> {
  return Object.freeze(definition);
}

/** Declares a plugin that brings channels: the default export of its package. */
export function defineChannelPlugin({ version, channels }: ChannelPlugin): ChannelPlugin {
  const plugin: ChannelPlugin = { version, channels: [...channels] };
  Object.defineProperty(plugin, BRAND, { value: true });
  return Object.freeze(plugin);
}

/** Whether a value was made by `defineChannelPlugin`, of this copy of the package or another. */
export function isChannelPlugin(value: unknown): value is ChannelPlugin {
  return typeof value === 'object' && value !== null && (value as { [BRAND]?: unknown })[BRAND] === true;
}
