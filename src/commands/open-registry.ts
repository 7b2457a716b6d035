import path from 'node:path';
import type { Sandbox } from '@countermeasure/sdk';
import { ConfigurationError, type Config } from '../config.js';
import type { Logger } from '../kernel/logger.js';
import { findSandbox, isConfigured, loadPlugins, registerProvider, type LoadedPlugin } from '../registry/load-plugins.js';
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
  close(): Promise<void>;
}

/** Loads the listed plugins. Everything that is wrong with any of them is told at once, and nothing is started then. */
export async function openRegistry(config: Config, logger: Logger, options: { mayStartSandboxes: boolean }): Promise<OpenedRegistry> {
  const { plugins, problems } = await loadPlugins(config.plugins);
  if (problems.length > 0) throw new ConfigurationError(problems);
  const sandboxes = options.mayStartSandboxes ? await startSandboxes(plugins, config, logger) : [];
  const close = async (): Promise<void> => {
    for (const { sandbox } of sandboxes) await sandbox.stop();
  };
  const providers: RegisteredProvider[] = [];
  for (const loaded of plugins) {
    const own = sandboxes.find(({ providerId }) => providerId === loaded.plugin.provider.id);
    const { provider, problems: found } = registerProvider(loaded, own?.sandbox.environment ?? config.environment);
    problems.push(...found);
    if (provider) providers.push(provider);
  }
  if (problems.length === 0) return { registry: new Registry(providers), sandboxes, close };
  await close();
  throw new ConfigurationError(problems);
}

/** Only for plugins of which no variable is set: a half-configured one is a fault to be told, not a reason to play. */
async function startSandboxes(plugins: readonly LoadedPlugin[], config: Config, logger: Logger): Promise<StartedSandbox[]> {
  const started: StartedSandbox[] = [];
  for (const loaded of plugins) {
    const startSandbox = isConfigured(loaded, config.environment) ? undefined : await findSandbox(loaded);
    if (!startSandbox) continue;
    const { id, title } = loaded.plugin.provider;
    const sandbox = await startSandbox({ dataDir: path.join(config.dataDir, 'sandbox', id), logger: logger.child({ sandbox: id }) });
    started.push({ providerId: id, title, sandbox });
  }
  return started;
}
