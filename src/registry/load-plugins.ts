import { isChannelPlugin, isPlugin, type ChannelPlugin, type Plugin, type Sandbox, type StartSandbox } from '@countermeasure/sdk';
import { AllowedHosts } from './allowed-hosts.js';
import { checkPlugin } from './check-plugin.js';
import { holdOutgoingCalls } from './outgoing-guard.js';
import { withFunctionsBound, type PluginBounds, type RefusedHost } from './plugin-call.js';
import { toJsonSchema, type RegisteredChannel, type RegisteredProvider } from './registry.js';

/** A sound plugin and the package that brought it. */
export interface LoadedPlugin {
  readonly packageName: string;
  readonly plugin: Plugin;
}

/** A package that brings channels. */
export interface LoadedChannels {
  readonly packageName: string;
  readonly plugin: ChannelPlugin;
}

/** Loads the listed packages and no others: a security product must not run what merely got installed. */
export async function loadPlugins(packageNames: readonly string[]): Promise<{ plugins: LoadedPlugin[]; channels: LoadedChannels[]; problems: string[] }> {
  const plugins: LoadedPlugin[] = [];
  const channels: LoadedChannels[] = [];
  const problems = packageNames.length === 0 ? ['PLUGINS lists no package: without a plugin there is nothing to do.'] : [];
  for (const packageName of packageNames) {
    const { plugin, channelPlugin, found } = await loadPlugin(packageName);
    if (channelPlugin) {
      const taken = channelPlugin.channels.flatMap(({ id }) => channels.filter((other) => other.plugin.channels.some((channel) => channel.id === id)).map((other) => `its channel ${id} was already brought by ${other.packageName}.`));
      problems.push(...taken.map((problem) => `plugin ${packageName}: ${problem}`));
      channels.push({ packageName, plugin: channelPlugin });
      continue;
    }
    if (plugin) found.push(...takenBy(plugins, plugin));
    problems.push(...found.map((problem) => `plugin ${packageName}: ${problem}`));
    if (plugin && found.length === 0) plugins.push({ packageName, plugin });
  }
  return { plugins, channels, problems };
}

/** What a plugin brings that another one has brought before. */
function takenBy(others: readonly LoadedPlugin[], { provider, eventTypes }: Plugin): string[] {
  return others.flatMap(({ packageName, plugin }) => [
    ...(plugin.provider.id === provider.id ? [`its provider "${provider.id}" was already brought by ${packageName}.`] : []),
    ...eventTypes.filter(({ id }) => plugin.eventTypes.some((eventType) => eventType.id === id)).map(({ id }) => `its event type "${id}" was already brought by ${packageName}.`),
  ]);
}

async function loadPlugin(packageName: string): Promise<{ plugin?: Plugin; channelPlugin?: ChannelPlugin; found: string[] }> {
  let exported: unknown;
  try {
    ({ default: exported } = (await import(packageName)) as { default?: unknown });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { found: [`it cannot be loaded: ${reason.replace(/ imported from .*$/, '')}`] };
  }
  if (isChannelPlugin(exported)) return { channelPlugin: exported, found: [] };
  const found = checkPlugin(exported);
  return isPlugin(exported) ? { plugin: exported, found } : { found };
}

/** Whether the operator has set any variable of this plugin's. */
export function isConfigured({ plugin }: LoadedPlugin, environment: Readonly<Record<string, string | undefined>>): boolean {
  return Object.keys(plugin.provider.environment.shape).some((name) => environment[name] !== undefined);
}

/** The plugin's sandbox, when its package brings one. */
export async function findSandbox({ packageName }: LoadedPlugin): Promise<StartSandbox | undefined> {
  try {
    const { startSandbox } = (await import(`${packageName}/sandbox`)) as { startSandbox?: StartSandbox };
    return startSandbox;
  } catch (error) {
    if (isMissingEntry(error)) return undefined;
    throw error;
  }
}

function isMissingEntry(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return code === 'ERR_PACKAGE_PATH_NOT_EXPORTED' || code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
}

/** What the operator has to say of the hosts that plugins reach. */
export interface OutgoingOptions {
  /** Hosts that every provider may reach, wherever they are. */
  readonly extraHosts?: readonly string[];
  readonly onRefused?: (refused: RefusedHost) => void;
}

export interface ProviderOptions extends OutgoingOptions {
  /** The sandbox that the environment is of. */
  readonly sandbox?: Sandbox | undefined;
}

/** Gives a plugin its part of the environment, checked by its own schema, and holds all its functions to its hosts. */
export function registerProvider(
  { packageName, plugin }: LoadedPlugin,
  environment: Readonly<Record<string, string | undefined>>,
  { extraHosts = [], onRefused = () => undefined, sandbox }: ProviderOptions = {},
): { provider?: RegisteredProvider; problems: string[] } {
  const own = Object.fromEntries(Object.keys(plugin.provider.environment.shape).map((name) => [name, environment[name]]));
  const parsed = plugin.provider.environment.safeParse(own);
  if (!parsed.success) {
    return { problems: parsed.error.issues.map((issue) => `plugin ${packageName}: ${issue.path.join('.')}: ${issue.message}`) };
  }
  const named = [...(plugin.provider.operatorHosts?.(parsed.data) ?? []), ...extraHosts];
  const provider = {
    id: plugin.provider.id,
    packageName,
    plugin: withinHosts(plugin, { packageName, hosts: new AllowedHosts(plugin.provider.hosts, named), onRefused }),
    environment: parsed.data,
    connectionSettings: toJsonSchema(plugin.provider.settings, 'input'),
    connectionCredential: plugin.provider.credential && toJsonSchema(plugin.provider.credential, 'input'),
    sandbox,
  };
  return { provider: Object.freeze(provider), problems: [] };
}

/** The plugin with every function that the service calls held to the plugin's hosts. */
function withinHosts(plugin: Plugin, bounds: PluginBounds): Plugin {
  holdOutgoingCalls();
  const bind = <Definition extends object>(definition: Definition): Definition => withFunctionsBound(definition, bounds);
  const { consent } = plugin.provider;
  return {
    ...plugin,
    provider: bind({ ...plugin.provider, ...(consent && { consent: bind(consent) }) }),
    actions: plugin.actions.map(bind),
    eventTypes: plugin.eventTypes.map((eventType) => bind({ ...eventType, ...(eventType.feed && { feed: bind(eventType.feed) }) })),
  };
}

/** Gives each channel of a plugin its part of the environment, checked by its own schema. */
export function registerChannels(
  { packageName, plugin }: LoadedChannels,
  environment: Readonly<Record<string, string | undefined>>,
  { onRefused = () => undefined }: OutgoingOptions = {},
): { channels: RegisteredChannel[]; problems: string[] } {
  const channels: RegisteredChannel[] = [];
  const problems: string[] = [];
  for (const definition of plugin.channels) {
    const own = Object.fromEntries(Object.keys(definition.environment.shape).map((name) => [name, environment[name]]));
    const parsed = definition.environment.safeParse(own);
    if (parsed.success) {
      holdOutgoingCalls();
      const hosts = new AllowedHosts(definition.hosts, definition.operatorHosts?.(parsed.data) ?? []);
      channels.push({ id: definition.id, packageName, definition: withFunctionsBound(definition, { packageName, hosts, onRefused }), environment: parsed.data });
    } else problems.push(...parsed.error.issues.map((issue) => `plugin ${packageName}: ${issue.path.join('.')}: ${issue.message}`));
  }
  return { channels, problems: [...new Set(problems)] };
}
