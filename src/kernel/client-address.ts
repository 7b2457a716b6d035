import proxyAddr from '@fastify/proxy-addr';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

export type AddressOf = (request: IncomingMessage) => string;

/** Bits of an IPv6 address that its owner was given; the others are free to choose, so they tell nobody apart. */
const IPV6_NETWORK_BYTES = 8;

/**
 * Where requests come from. X-Forwarded-For counts only as far as proxies wrote it that are trusted: anybody can send the
 * header. `onForeignProxy` hears of one that came from elsewhere, which is a lie, or a proxy that nobody told us of.
 */
export function addressReader(trustedProxies: readonly string[], onForeignProxy: (proxy: string) => void): AddressOf {
  const isTrusted = trustedProxies.length > 0 ? proxyAddr.compile([...trustedProxies]) : () => false;
  return (request) => {
    const peer = plain(request.socket.remoteAddress ?? '');
    if (!isTrusted(peer, 0)) {
      if (request.headers['x-forwarded-for'] !== undefined) onForeignProxy(peer);
      return peer;
    }
    const told = plain(proxyAddr(request, isTrusted));
    return isIP(told) === 0 ? peer : told;
  };
}

/** Whether a list of proxies can be read: addresses, networks in CIDR notation, or `loopback`, `linklocal`, `uniquelocal`. */
export function isProxyList(proxies: readonly string[]): boolean {
  try {
    return proxies.length === 0 || proxyAddr.compile([...proxies]) !== undefined;
  } catch {
    return false; // compile tells a malformed network only by throwing
  }
}

/** Whom an address belongs to, as far as limits go: itself, or for IPv6 its network of 64 bits. */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  return `${ipaddr.parse(address).toByteArray().slice(0, IPV6_NETWORK_BYTES).join('.')}/64`;
}

/** An IPv4 address is the same one when it is written as IPv6. */
function plain(address: string): string {
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address) ?? [];
  return mapped ?? address;
}
