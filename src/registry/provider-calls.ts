import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { currentBounds, outsidePlugins } from './plugin-call.js';

/** A request that a plugin sends, without anything of what it says. */
export interface ProviderCall {
  readonly packageName: string;
  readonly method: string;
  readonly host: string;
}

/** Called when a request is sent; what it gives is called once with the answer's status, or undefined when there was none. */
export type WatchProviderCall = (call: ProviderCall) => (status: number | undefined) => void;

/** What undici tells, whichever copy of it a plugin uses; Node's own fetch does, too. */
interface UndiciRequest {
  readonly method: string;
  readonly origin: string | URL;
}

/** Sees every HTTP request of every plugin, by whatever library it is sent. Returns what ends the watch. */
export function watchProviderCalls(watch: WatchProviderCall): () => void {
  const underWay = new WeakMap<object, (status: number | undefined) => void>();
  const begin = (request: object, method: string, host: string): void => {
    const bounds = currentBounds();
    if (!bounds || method === 'CONNECT') return;
    // As the service's own: what the watch sends anywhere is no call of the plugin's.
    outsidePlugins(() => underWay.set(request, watch({ packageName: bounds.packageName, method, host })))();
  };
  const end = (request: object, status: number | undefined): void => {
    outsidePlugins(() => underWay.get(request)?.(status))();
    underWay.delete(request);
  };
  const listeners: Readonly<Record<string, (message: unknown) => void>> = {
    'undici:request:create': (message) => {
      const { request } = message as { request: UndiciRequest };
      begin(request, request.method, new URL(request.origin).host);
    },
    'undici:request:headers': (message) => {
      const { request, response } = message as { request: UndiciRequest; response: { statusCode: number } };
      end(request, response.statusCode);
    },
    'undici:request:error': (message) => end((message as { request: UndiciRequest }).request, undefined),
    'http.client.request.created': (message) => {
      const { request } = message as { request: ClientRequest };
      begin(request, request.method, request.host);
    },
    'http.client.response.finish': (message) => {
      const { request, response } = message as { request: ClientRequest; response: IncomingMessage };
      end(request, response.statusCode);
    },
    'http.client.request.error': (message) => end((message as { request: ClientRequest }).request, undefined),
  };
  for (const [channel, listener] of Object.entries(listeners)) subscribe(channel, listener);
  return () => {
    for (const [channel, listener] of Object.entries(listeners)) unsubscribe(channel, listener);
  };
}
