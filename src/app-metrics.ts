import type { Database } from './db/database.js';
import type { NotifyChannel } from './db/notify-channel.js';
import { BacklogGauges } from './engine/backlog-gauges.js';
import type { Logger } from './kernel/logger.js';
import type { Metrics } from './kernel/metrics.js';
import { beginCall } from './kernel/tracing.js';
import { watchProviderCalls } from './registry/provider-calls.js';

interface Deps {
  readonly database: Database;
  readonly channel: NotifyChannel;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** What brings the gauges up to date, right before they are told to somebody. */
export function createMetricsRefresh({ database, channel, metrics, logger }: Deps): () => Promise<void> {
  const backlog = new BacklogGauges({ database, metrics, logger });
  return async () => {
    if (channel.isHearing === undefined) metrics.listening.remove();
    else metrics.listening.set(channel.isHearing ? 1 : 0);
    for (const [state, count] of Object.entries(database.connections)) metrics.databaseConnections.set({ state }, count);
    await backlog.refresh();
  };
}

/** Counts and traces what plugins send, without the address: it holds targets. Returns what ends that. */
export function observeProviderCalls({ providerCalls, providerCallDurations }: Metrics): () => void {
  return watchProviderCalls(({ packageName: plugin, method, host }) => {
    const end = providerCallDurations.startTimer({ plugin });
    const endCall = beginCall({ 'http.request.method': method, 'server.address': host, 'countermeasure.plugin': plugin });
    return (status) => {
      end();
      endCall(status === undefined ? {} : { 'http.response.status_code': status }, status === undefined || status >= 400);
      providerCalls.inc({ plugin, status: status === undefined ? 'error' : String(status) });
    };
  });
}
