import http from 'node:http';
import https from 'node:https';
import net, { type LookupFunction } from 'node:net';
import { Agent, Dispatcher, EnvHttpProxyAgent, buildConnector, getGlobalDispatcher, setGlobalDispatcher } from 'undici';
import { lookupPublic, isPublicAddress } from './public-address.js';
import { currentBounds, refuseHost, withinBounds, type PluginBounds } from './plugin-call.js';

/**
 * Holds what plugins open to the hosts that they may reach. Two things are replaced, once per process: where every TCP
 * connection of Node begins, so that it makes no difference by which library it is opened; and the pools of connections that
 * everybody shares, so that a plugin finds none in them that was opened for another. The service's own calls pass untouched.
 */
export function holdOutgoingCalls(): void {
  if (isHeld) return;
  isHeld = true;
  holdSockets();
  separateAgents();
  setGlobalDispatcher(new SeparateDispatcher(getGlobalDispatcher()));
}

let isHeld = false;

/** What `connect` of a socket is called with, in the forms that there are. */
interface ConnectOptions {
  readonly host?: string;
  readonly port?: number | string;
  readonly path?: string | null | undefined;
  readonly lookup?: LookupFunction;
}

function holdSockets(): void {
  const prototype = net.Socket.prototype as unknown as { connect: (this: net.Socket, ...given: unknown[]) => net.Socket };
  const { connect } = prototype;
  prototype.connect = function (...given) {
    const bounds = currentBounds();
    if (!bounds) return connect.apply(this, given);
    const held = hold(readOptions(given), bounds);
    return held instanceof Error ? this.destroy(held) : connect.apply(this, withOptions(given, held));
  };
}

/** The options, with a look-up that refuses where one is needed; or why there is to be no connection. */
function hold(options: ConnectOptions, bounds: PluginBounds): ConnectOptions | Error {
  if (options.path) return refuseHost(bounds, 'a socket of this machine');
  const host = options.host ?? 'localhost';
  const reach = bounds.hosts.reach(host, Number(options.port));
  if (reach === undefined) return refuseHost(bounds, host);
  if (reach === 'ANYWHERE') return options;
  if (net.isIP(host) !== 0 && !isPublicAddress(host)) return refuseHost(bounds, host, host);
  return { ...options, lookup: lookupPublic((address) => refuseHost(bounds, host, address), options.lookup) };
}

/** `connect(options)`, `connect(port, host)`, `connect(path)`, and the list into which Node puts any of them. */
function readOptions(given: readonly unknown[]): ConnectOptions {
  const [first, second] = given;
  if (Array.isArray(first)) return first[0] as ConnectOptions;
  if (typeof first === 'object' && first !== null) return first;
  if (typeof first === 'string' && !/^\d+$/.test(first)) return { path: first };
  return { port: Number(first), ...(typeof second === 'string' && { host: second }) };
}

function withOptions(given: readonly unknown[], options: ConnectOptions): unknown[] {
  const [first] = given;
  if (Array.isArray(first)) {
    // Node knows its own list by a mark, so it is filled and not copied.
    first[0] = options;
    return [...given];
  }
  return [options, ...given.filter((part) => typeof part === 'function')];
}

interface Agents {
  readonly dispatcher: Dispatcher;
  readonly http: http.Agent;
  readonly https: https.Agent;
}

const agents = new WeakMap<PluginBounds, Agents>();

/** A plugin's own pools, made at its first call. What they open is held even where it is lost whose call it is. */
function agentsOf(bounds: PluginBounds): Agents {
  const made = agents.get(bounds) ?? makeAgents(bounds);
  agents.set(bounds, made);
  return made;
}

function makeAgents(bounds: PluginBounds): Agents {
  const connector = buildConnector({});
  const connect: buildConnector.connector = (options, callback) => withinBounds(bounds, () => connector(options, callback));
  const own: Agents = {
    dispatcher: usesProxy ? new EnvHttpProxyAgent({ connect }) : new Agent({ connect }),
    http: new http.Agent((http.globalAgent as http.Agent & { options: http.AgentOptions }).options),
    https: new https.Agent(https.globalAgent.options),
  };
  for (const agent of [own.http, own.https]) {
    owners.set(agent, bounds);
    const createConnection = agent.createConnection.bind(agent);
    agent.createConnection = (...given) => withinBounds(bounds, () => createConnection(...given));
  }
  return own;
}

/** As Node itself decides at its start, by NODE_USE_ENV_PROXY. */
const usesProxy = getGlobalDispatcher().constructor.name === 'EnvHttpProxyAgent';

interface WithAddRequest {
  addRequest: (this: http.Agent, ...given: unknown[]) => void;
}

/** Who has used an agent first: what it keeps open may be of no use to anybody else. */
const owners = new WeakMap<http.Agent, PluginBounds | 'SERVICE'>([[http.globalAgent, 'SERVICE'], [https.globalAgent, 'SERVICE']]);

/** For node:http and node:https: what is asked of an agent that is not the plugin's is asked of the plugin's own. */
function separateAgents(): void {
  const prototype = http.Agent.prototype as unknown as WithAddRequest;
  const { addRequest } = prototype;
  prototype.addRequest = function (...given) {
    const bounds = currentBounds();
    const owner = owners.get(this) ?? bounds ?? 'SERVICE';
    owners.set(this, owner);
    const agent = bounds === undefined || owner === bounds ? this : agentsOf(bounds)[this instanceof https.Agent ? 'https' : 'http'];
    return addRequest.apply(agent, given);
  };
}

/** The same for fetch. */
class SeparateDispatcher extends Dispatcher {
  constructor(private readonly shared: Dispatcher) {
    super();
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const bounds = currentBounds();
    return (bounds ? agentsOf(bounds).dispatcher : this.shared).dispatch(options, handler);
  }
}
