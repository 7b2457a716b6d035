import path from 'node:path';
import type { Sandbox, StartSandbox } from '@countermeasure/sdk';
import { ConfigurationError, type Config } from '../config.js';
import type { Logger } from '../kernel/logger.js';
import { findSandbox, isConfigured, loadPlugins, registerChannels, registerProvider, type LoadedPlugin } from '../registry/load-plugins.js';
import type { RefusedHost } from '../registry/plugin-call.js';
import { Registry, type RegisteredProvider } from '../registry/registry.js';

/** A sandbox that was started, and whose it is. */
export interface StartedSandbox {
  readonly providerId: string;
  readonly title: string;
  readonly sandbox: Sandbox;
}

export interface OpenedRegistry {
  readonly registry: Registry;
  readonly sandboxes: readonly StartedSandbox[];
  /** The providers of which no variable is set and for which a sandbox stands in, started or not. */
  readonly unconfigured: readonly LoadedPlugin['plugin']['provider'][];
  close(): Promise<void>;
}

/** Loads the listed plugins. Everything that is wrong with any of them is told at once, and nothing is started then. */
export async function openRegistry(config: Config, logger: Logger, options: { mayStartSandboxes: boolean }): Promise<OpenedRegistry> {
  const { plugins, channels: channelPlugins, problems } = await loadPlugins(config.plugins);
  if (problems.length > 0) throw new ConfigurationError(problems);
  const playgrounds = await findPlaygrounds(plugins, config);
  const sandboxes = options.mayStartSandboxes ? await startSandboxes(playgrounds, config, logger) : [];
  const close = async (): Promise<void> => {
    for (const { sandbox } of sandboxes) await sandbox.stop();
  };
  const outgoing = {
    extraHosts: config.providerExtraHosts,
    onRefused: (refused: RefusedHost) => logger.warn({ ...refused }, 'A plugin was not let reach a host.'),
  };
  const providers: RegisteredProvider[] = [];
  for (const loaded of plugins) {
    const own = sandboxes.find(({ providerId }) => providerId === loaded.plugin.provider.id);
    const { provider, problems: found } = registerProvider(loaded, own?.sandbox.environment ?? config.environment, { ...outgoing, sandbox: own?.sandbox });
    problems.push(...found);
    if (provider) providers.push(provider);
  }
  const channels = channelPlugins.map((loaded) => registerChannels(loaded, config.environment, outgoing));
  problems.push(...channels.flatMap((registered) => registered.problems));
  if (problems.length === 0) return { registry: new Registry(providers, channels.flatMap((registered) => registered.channels)), sandboxes, unconfigured: playgrounds.map(({ plugin }) => plugin.provider), close };
  await close();
  throw new ConfigurationError(problems);
}

interface Playground extends LoadedPlugin {
  readonly startSandbox: StartSandbox;
}

/** Only plugins of which no variable is set: a half-configured one is a fault to be told, not a reason to play. */
async function findPlaygrounds(plugins: readonly LoadedPlugin[], config: Config): Promise<Playground[]> {
  const found: Playground[] = [];
  for (const loaded of plugins) {
    const startSandbox = isConfigured(loaded, config.environment) ? undefined : await findSandbox(loaded);
    if (startSandbox) found.push({ ...loaded, startSandbox });
  }
  return found;
}

async function startSandboxes(playgrounds: readonly Playground[], config: Config, logger: Logger): Promise<StartedSandbox[]> {
  const started: StartedSandbox[] = [];
  for (const { plugin, startSandbox } of playgrounds) {
    const { id, title } = plugin.provider;
    const sandbox = await startSandbox({ dataDir: path.join(config.dataDir, 'sandbox', id), logger: logger.child({ sandbox: id }) });
    started.push({ providerId: id, title, sandbox });
  }
  return started;
}
