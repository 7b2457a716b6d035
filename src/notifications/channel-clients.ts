import type { Logger } from '../kernel/logger.js';
import type { RegisteredChannel } from '../registry/registry.js';

/** One client per channel, made at its first use and kept. */
export class ChannelClients {
  private readonly clients = new Map<string, { channel: RegisteredChannel; client: unknown }>();

  constructor(private readonly deps: { logger: Logger }) {}

  connect(channel: RegisteredChannel): unknown {
    const kept = this.clients.get(channel.id);
    if (kept) return kept.client;
    const client = channel.definition.connect({ environment: channel.environment, logger: this.deps.logger.child({ channel: channel.id }) });
    this.clients.set(channel.id, { channel, client });
    return client;
  }

  async close(): Promise<void> {
    for (const { channel, client } of this.clients.values()) await channel.definition.close?.(client);
    this.clients.clear();
  }
}
