import { ConfigurationError, readConfig } from '../config.js';
import { loadPlugins } from '../registry/load-plugins.js';

export async function listPlugins(): Promise<void> {
  const { plugins, problems } = await loadPlugins(readConfig().plugins);
  for (const { packageName, plugin } of plugins) {
    console.log(`${packageName} ${plugin.version}: ${plugin.provider.title} (${plugin.provider.id}), calls ${plugin.provider.hosts.join(', ')}`);
    for (const action of plugin.actions) {
      console.log(`  ${action.id}  ${action.title}  ${action.effect}  needs ${action.permissions.map(({ name }) => name).join(', ') || 'nothing'}`);
    }
    for (const { id, title, feed } of plugin.eventTypes) console.log(`  ${id}  ${title}  event${feed ? `, its feed needs ${feed.permissions.map(({ name }) => name).join(', ') || 'nothing'}` : ''}`);
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
}
