import net from 'node:net';

interface Destination {
  readonly host?: string;
  readonly port?: number | string;
  readonly path?: string | null;
}

type Connect = (this: net.Socket, ...args: unknown[]) => net.Socket;

/**
 * Every connection of this process, TLS or not, of node:https or of fetch, begins in Socket.connect. There those to the given
 * hosts are led to a local port, and those that would leave the machine are cut and remembered. TLS does not notice: it goes
 * on to ask for, and to check, the name that it was told.
 */
export function redirectSockets(hosts: readonly string[], port: number): { readonly strays: readonly string[]; end(): void } {
  const strays: string[] = [];
  const original = Object.getOwnPropertyDescriptor(net.Socket.prototype, 'connect');
  if (original === undefined) throw new Error('Sockets have another shape in this version of Node: redirect them elsewhere.');
  const connect = original.value as Connect;

  const redirected: Connect = function (...args) {
    const [destination, ...rest] = readArguments(args);
    const isLocal = typeof destination.path === 'string' || ['127.0.0.1', 'localhost', '::1'].includes(destination.host ?? 'localhost');
    if (isLocal) return connect.apply(this, args);
    if (hosts.includes(destination.host ?? '') && Number(destination.port) === 443) return connect.call(this, { ...destination, host: '127.0.0.1', port }, ...rest);
    const stray = `${String(destination.host)}:${String(destination.port)}`;
    strays.push(stray);
    return this.destroy(new Error(`${stray} is none of the hosts that may be called.`));
  };

  Object.defineProperty(net.Socket.prototype, 'connect', { ...original, value: redirected });
  return { strays, end: () => Object.defineProperty(net.Socket.prototype, 'connect', original) };
}

/** (options, listener), (port, host, listener), (path, listener), or the first of these in an array, as node:net hands it to itself. */
function readArguments(args: readonly unknown[]): [Destination, ...unknown[]] {
  const [first, ...rest] = args;
  if (Array.isArray(first)) return readArguments(first.filter((part) => part !== null));
  if (typeof first === 'object' && first !== null) return [first, ...rest];
  if (typeof first === 'string' && Number.isNaN(Number(first))) return [{ path: first }, ...rest];
  const [host] = rest;
  return [{ port: Number(first), ...(typeof host === 'string' && { host }) }, ...rest.filter((part) => typeof part === 'function')];
}
