import { BlockList, isIP } from 'node:net';

/** IPv4 addresses written as IPv6: `::ffff:203.0.113.7`. */
const MAPPED_PREFIX_LENGTH = 96;

/** A value as an IP address, as it was written; undefined when it is none. */
export function readAddress(value: unknown): string | undefined {
  return typeof value === 'string' && isAddress(value) ? value : undefined;
}

/**
 * Reads a network in CIDR notation, or a single address, and gives what tells whether an address belongs to it;
 * undefined when it is malformed. In `10.0.0.1/8` the places after the prefix do not count. An IPv4 address belongs to
 * the same IPv4 networks whether it is written as IPv6 or not. Zone ids as in `fe80::1%eth0` are refused, since they mean something on one machine only.
 */
export function parseNetwork(text: string): ((address: string) => boolean) | undefined {
  const [address = '', prefix, ...more] = text.split('/');
  if (!isAddress(address) || more.length > 0) return undefined;
  const family = familyOf(address);
  const bits = family === 'ipv4' ? 32 : 128;
  const length = prefix === undefined ? bits : prefixLength(prefix, bits);
  if (length === undefined) return undefined;
  const list = new BlockList();
  list.addSubnet(address, length, family);
  // BlockList takes every IPv4 address for its mapped form, which would put all of them into ::/0.
  const isIPv6Only = family === 'ipv6' && length < MAPPED_PREFIX_LENGTH;
  return (candidate) => !(isIPv6Only && familyOf(candidate) === 'ipv4') && list.check(candidate, familyOf(candidate));
}

function isAddress(text: string): boolean {
  return isIP(text) !== 0 && !text.includes('%');
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 4 ? 'ipv4' : 'ipv6';
}

function prefixLength(text: string, bits: number): number | undefined {
  return /^(0|[1-9]\d{0,2})$/.test(text) && Number(text) <= bits ? Number(text) : undefined;
}
