import { execFile } from 'node:child_process';
import dns from 'node:dns';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import net from 'node:net';
import tls from 'node:tls';
import { promisify } from 'node:util';
import { isActionError, type ActionError } from '@countermeasure/sdk';
import notify from '@countermeasure/plugin-notify';
import { AllowedHosts, hostProblem } from '../../src/registry/allowed-hosts.js';
import { registerChannels, registerProvider } from '../../src/registry/load-plugins.js';
import type { RefusedHost } from '../../src/registry/plugin-call.js';
import { isPublicAddress } from '../../src/registry/public-address.js';
import { Lab, createLabPlugin } from '../support/lab-plugin.js';

const refused: RefusedHost[] = [];
const seen: { method: string | undefined; url: string | undefined; socket: number | undefined }[] = [];
let server: http.Server;
let origin: string;
let port: number;

beforeAll(async () => {
  server = http.createServer((request, response) => {
    seen.push({ method: request.method, url: request.url, socket: request.socket.remotePort });
    request.resume();
    const [, target] = /^\/to\/(.+)$/.exec(request.url ?? '') ?? [];
    if (target === undefined) response.end('here');
    else response.writeHead(302, { location: decodeURIComponent(target) }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
  origin = `http://127.0.0.1:${port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

beforeEach(() => {
  refused.length = 0;
  seen.length = 0;
});

/** Runs code as a plugin's, by one of the functions that the service calls. */
function asPlugin<T>(hosts: readonly string[], named: readonly string[], work: () => Promise<T>): Promise<T> {
  const lab = new Lab();
  const plugin = createLabPlugin(lab);
  const { provider } = registerProvider({ packageName: 'lab', plugin: { ...plugin, provider: { ...plugin.provider, hosts } } }, {}, { extraHosts: named, onRefused: (host) => refused.push(host) });
  let result: T | undefined;
  lab.search = async () => {
    result = await work();
    return [];
  };
  const found = provider?.plugin.provider.searchTargets?.({ client: lab, kind: 'USER', query: 'ada', limit: 1, signal: new AbortController().signal });
  return Promise.resolve(found).then(() => result as T);
}

async function refusal(...given: Parameters<typeof asPlugin>): Promise<ActionError> {
  const error: unknown = await asPlugin(...given).then(() => undefined, (thrown: unknown) => thrown);
  if (!isActionError(error)) throw new Error(`An ActionError was expected, not ${String(error)}`);
  return error;
}

const get = (url: string, agent?: http.Agent) => new Promise<string>((resolve, reject) => http.get(url, { ...(agent && { agent }) }, (response) => response.resume()).on('error', reject).on('close', () => resolve('here')));
const open = (connect: () => net.Socket) => new Promise<string>((resolve, reject) => { const socket = connect(); socket.on('connect', () => { socket.destroy(); resolve('here'); }).on('error', reject); });

const WAYS: [string, (url: string) => Promise<unknown>][] = [
  ['fetch', (url) => fetch(url).then((response) => response.text())],
  ['node:http', (url) => get(url)],
  ['node:http with an agent of its own', (url) => get(url, new http.Agent({ keepAlive: true }))],
  ['a socket by options', (url) => open(() => net.connect({ host: new URL(url).hostname, port: Number(new URL(url).port) }))],
  ['a socket by port and host', (url) => open(() => net.connect(Number(new URL(url).port), new URL(url).hostname))],
  ['a socket that is made first', (url) => open(() => new net.Socket().connect(Number(new URL(url).port), new URL(url).hostname))],
  ['TLS', (url) => open(() => tls.connect({ host: new URL(url).hostname, port: Number(new URL(url).port) }))],
];

test.each(WAYS)('by %s a plugin reaches no host that it does not declare, and is told so with a remedy', async (_way, call) => {
  const error = await refusal(['api.example.com'], [], () => call(origin));
  expect(error).toMatchObject({ code: 'HOST_NOT_ALLOWED', message: 'The plugin lab tried to reach 127.0.0.1, which is none of its hosts.', remedy: expect.stringContaining('PROVIDER_EXTRA_HOSTS'), retryable: false, outcomeUnknown: false });
  expect(refused).toEqual([{ packageName: 'lab', host: '127.0.0.1' }]);
  expect(seen).toEqual([]);
});

test.each(WAYS)('by %s a plugin reaches what the operator names, wherever it is', async (_way, call) => {
  await expect(asPlugin([], [`127.0.0.1:${port}`], () => call(origin))).resolves.toBe('here');
  expect((await refusal([], [`127.0.0.1:${port + 1}`], () => call(origin))).code).toBe('HOST_NOT_ALLOWED');
});

test.each(WAYS)('by %s the service itself reaches everything', async (_way, call) => {
  await expect(call(origin)).resolves.toBe('here');
});

test.each(WAYS)('by %s a declared host is not called where its name leads to an address that is not public', async (_way, call) => {
  await withDns({ 'api.example.com': ['127.0.0.1'] }, async () => {
    const error = await refusal(['api.example.com'], [], () => call(`http://api.example.com:${port}`));
    expect(error).toMatchObject({ code: 'ADDRESS_NOT_PUBLIC', message: expect.stringContaining('api.example.com'), remedy: expect.stringContaining('PROVIDER_EXTRA_HOSTS') });
  });
  expect(refused).toEqual([{ packageName: 'lab', host: 'api.example.com', address: '127.0.0.1' }]);
  expect(seen).toEqual([]);
});

test('one address of many that is not public is enough to refuse', async () => {
  await withDns({ 'api.example.com': ['93.184.215.14', '::ffff:10.0.0.1'] }, async () => {
    expect(await refusal(['*.example.com'], [], () => fetch('https://api.example.com/'))).toMatchObject({ code: 'ADDRESS_NOT_PUBLIC' });
  });
});

test('a redirect leads no further than the plugin may go', async () => {
  const elsewhere = `http://localhost:${port}/secret`;
  expect(await asPlugin([], ['127.0.0.1', 'localhost'], () => fetch(`${origin}/to/${encodeURIComponent(elsewhere)}`).then((response) => response.text()))).toBe('here');
  expect(await refusal([], ['127.0.0.1'], () => fetch(`${origin}/to/${encodeURIComponent(elsewhere)}`))).toMatchObject({ code: 'HOST_NOT_ALLOWED', message: expect.stringContaining('localhost') });
  expect(seen.filter(({ url }) => url === '/secret')).toHaveLength(1);
});

const shared = new http.Agent({ keepAlive: true });

test.each<[string, () => Promise<unknown>]>([
  ['fetch', () => fetch(origin).then((response) => response.text())],
  ['the agent that everybody shares', () => get(origin)],
  ['an agent of its own that two plugins share', () => get(origin, shared)],
])('a connection that is kept open, by %s, is no way for another plugin to a host that it does not declare', async (_way, call) => {
  await call();
  await asPlugin([], ['127.0.0.1'], call);
  await asPlugin([], ['127.0.0.1'], call);
  const before = seen.length;
  expect((await refusal(['api.example.com'], [], call)).code).toBe('HOST_NOT_ALLOWED');
  expect((await refusal(['*'], [], call)).code).toBe('ADDRESS_NOT_PUBLIC');
  expect(seen).toHaveLength(before);
});

test('a plugin keeps its own connections open from one call to the next', async () => {
  const lab = new Lab();
  const { provider } = registerProvider({ packageName: 'lab', plugin: createLabPlugin(lab) }, {}, { extraHosts: ['127.0.0.1'] });
  const call = () => provider?.plugin.provider.searchTargets?.({ client: lab, kind: 'USER', query: 'ada', limit: 1, signal: new AbortController().signal });
  for (const way of [() => fetch(origin).then((response) => response.text()), () => get(origin)]) {
    seen.length = 0;
    lab.search = async () => {
      await way();
      return [];
    };
    for (let times = 0; times < 6; times += 1) await call();
    // fetch opens a second one before it knows that the first is free again.
    expect(new Set(seen.map(({ socket }) => socket)).size).toBeLessThanOrEqual(2);
  }
});

test('a plugin that swallows the refusal and fails later is told of the refusal; one that goes on without the host may', async () => {
  expect(await refusal([], [], async () => {
    await fetch(origin).catch(() => undefined);
    throw new TypeError('undefined is not an object');
  })).toMatchObject({ code: 'HOST_NOT_ALLOWED', cause: expect.any(TypeError) });
  expect(await asPlugin([], [], () => fetch(origin).then(() => 'reached', () => 'not reached'))).toBe('not reached');
});

test('a timer or a promise that outlives the call is held all the same', async () => {
  const outcome = Promise.withResolvers<string>();
  await asPlugin([], [], async () => void setTimeout(() => void get(origin).then(() => outcome.resolve('reached'), (error: Error) => outcome.resolve(error.name)), 10));
  expect(await outcome.promise).toBe('ActionError');
  expect(seen).toEqual([]);
});

test('a socket of this machine, such as a container engine\'s, is refused', async () => {
  expect((await refusal(['*'], [], () => open(() => net.connect('/var/run/docker.sock')))).code).toBe('HOST_NOT_ALLOWED');
});

test.each([
  ['api.example.com', 'api.example.com', true],
  ['api.example.com', 'API.example.com.', true],
  ['api.example.com', 'x.api.example.com', false],
  ['api.example.com', 'api.example.com.evil.example', false],
  ['*.example.com', 'a.b.example.com', true],
  ['*.example.com', 'example.com', false],
  ['*.example.com', 'evilexample.com', false],
])('what declares %s may reach %s: %s', (declared, host, may) => {
  expect(new AllowedHosts([declared], []).reach(host, 443) !== undefined).toBe(may);
});

test.each([['127.0.0.1', false], ['localhost', false], ['api.example.com:443', false], ['https://api.example.com', false], ['*', true], ['*.example.com', true], ['*.com', false], ['API.example.com', false], ['a..b', false], ['a.*.com', false]])('whether a plugin may declare %s: %s', (host, may) => {
  expect(hostProblem(host) === undefined).toBe(may);
});

// Webhooks: their addresses come from whoever writes playbooks.
const WEBHOOK = { id: 'n', threadId: 't', kind: 'REQUEST', subject: 's', text: 't', facts: [], plan: [], followUrl: 'https://cm.example/runs/1' } as const;

async function post(address: string, extraHosts = ''): Promise<ActionError> {
  const { channels } = registerChannels({ packageName: 'notify', plugin: notify }, { NOTIFY_WEBHOOK_SECRET: 'a secret of more than 24 characters', NOTIFY_EXTRA_HOSTS: extraHosts });
  const channel = channels.find(({ id }) => id === 'WEBHOOK');
  const client = channel?.definition.connect({ environment: channel.environment, logger: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined } });
  const error: unknown = await channel?.definition.send({ client, address, name: undefined, notice: WEBHOOK, signal: AbortSignal.timeout(5_000) }).then(() => undefined, (thrown: unknown) => thrown);
  if (!isActionError(error)) throw new Error(`An ActionError was expected, not ${String(error)}`);
  return error;
}

test.each([
  'https://127.0.0.1', 'https://127.1', 'https://2130706433', 'https://0x7f000001', 'https://0177.0.0.1', 'https://0', 'https://0.0.0.0', 'https://localhost', 'https://LOCALHOST',
  'https://[::1]', 'https://[::]', 'https://[::ffff:127.0.0.1]', 'https://[::ffff:7f00:1]', 'https://[::127.0.0.1]', 'https://[0:0:0:0:0:0:0:1]', 'https://[64:ff9b::7f00:1]', 'https://[fe80::1]', 'https://[fd00::1]', 'https://[fc00::1]', 'https://[2002:7f00:1::]',
  'https://169.254.169.254', 'https://169.254.169.254.', 'https://[fd00:ec2::254]', 'https://168.63.129.16', 'https://100.100.100.200', 'https://10.1.2.3', 'https://172.16.0.1', 'https://192.168.0.1', 'https://１２７.０.０.１', 'https://public.example.com@127.0.0.1',
])('a webhook at %s is not called', async (address) => {
  const url = new URL(address);
  url.port = String(port);
  expect(await post(url.href)).toMatchObject({ code: 'ADDRESS_NOT_PUBLIC', retryable: false });
  expect(seen).toEqual([]);
});

test('a webhook whose name is public when it is checked and private when it is called is not called', async () => {
  await withDns({ 'rebind.example.com': ['93.184.215.14'] }, () => new Promise((resolve) => dns.lookup('rebind.example.com', { all: true }, resolve)));
  await withDns({ 'rebind.example.com': ['127.0.0.1'] }, async () => expect(await post(`https://rebind.example.com:${port}/`)).toMatchObject({ code: 'ADDRESS_NOT_PUBLIC' }));
  expect(seen).toEqual([]);
});

test('a redirect of a webhook is not followed, not even to a host that is let through', async () => {
  expect(await post(`${origin}/to/${encodeURIComponent(`${origin}/secret`)}`, `127.0.0.1:${port}`)).toMatchObject({ code: 'HOOK_REFUSED' });
  expect(seen.map(({ url }) => url)).not.toContain('/secret');
});

test('a webhook without TLS is called only at a host that the operator names', async () => {
  expect(await post('http://hooks.example.com/')).toMatchObject({ code: 'HOOK_NOT_SECURE' });
});

test.each([
  ['8.8.8.8', true], ['2606:4700::1111', true], ['127.0.0.1', false], ['10.0.0.1', false], ['172.16.0.1', false], ['192.168.1.1', false], ['100.64.0.1', false], ['169.254.169.254', false], ['224.0.0.1', false],
  ['0.0.0.0', false], ['255.255.255.255', false], ['::1', false], ['fd00::1', false], ['fe80::1', false], ['fe80::1%eth0', false], ['::ffff:10.0.0.1', false], ['::10.0.0.1', false], ['64:ff9b::7f00:1', false], ['2002:7f00:1::', false], ['2001:0:7f00:1::', false], ['168.63.129.16', false], ['nonsense', false],
])('the address %s is public: %s', (address, isPublic) => {
  expect(isPublicAddress(address)).toBe(isPublic);
});

test('in a process of its own, as in production, fetch keeps the plugins\' connections apart, too', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', IN_PRODUCTION], { cwd: new URL('../..', import.meta.url).pathname, env: { PATH: process.env['PATH'] } });
  expect(stdout.trim()).toBe('here here HOST_NOT_ALLOWED 2');
});

const IN_PRODUCTION = `
import http from 'node:http';
import { AllowedHosts } from './dist/src/registry/allowed-hosts.js';
import { holdOutgoingCalls } from './dist/src/registry/outgoing-guard.js';
import { withFunctionsBound } from './dist/src/registry/plugin-call.js';
let sockets = new Set();
const server = http.createServer((request, response) => { sockets.add(request.socket); response.end('here'); });
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const url = 'http://127.0.0.1:' + server.address().port;
holdOutgoingCalls();
const call = async () => (await fetch(url)).text();
const plugin = (named) => withFunctionsBound({ call }, { packageName: 'x', hosts: new AllowedHosts([], named), onRefused: () => undefined });
console.log(await call(), await plugin(['127.0.0.1']).call(), await plugin([]).call().catch((error) => error.code), sockets.size);
process.exit(0);
`;

/** Answers of the machine's name resolution, which is outside of us. */
async function withDns(answers: Readonly<Record<string, readonly string[]>>, work: () => Promise<unknown>): Promise<void> {
  const { lookup } = dns;
  const answer = (hostname: string, _options: dns.LookupOptions, callback: (error: Error | null, found: dns.LookupAddress[]) => void): void =>
    callback(null, (answers[hostname] ?? []).map((address) => ({ address, family: net.isIP(address) })));
  Object.assign(dns, { lookup: answer });
  try {
    await work();
  } finally {
    Object.assign(dns, { lookup });
  }
}
