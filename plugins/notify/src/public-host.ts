import ipaddr from 'ipaddr.js';
import { lookup as resolve, type LookupAddress, type LookupOptions } from 'node:dns';

/** Hosts, with a port where one is given, that the operator lets through although they are not public. */
export type AllowedHosts = ReadonlySet<string>;

export function isAllowedHost({ host, hostname }: URL, allowed: AllowedHosts): boolean {
  return allowed.has(host) || allowed.has(hostname);
}

/** What ranges do not tell: old spellings of IPv4 in IPv6, and the address at which Azure serves its virtual machines. */
const NOT_PUBLIC = ['::/96', '168.63.129.16/32'].map((network) => ipaddr.parseCIDR(network));

/** Whether an address belongs to the public internet: not loopback, private, link-local, metadata or reserved, in whatever spelling. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const processed = ipaddr.process(address);
  return processed.range() === 'unicast' && !NOT_PUBLIC.some((network) => processed.kind() === network[0].kind() && processed.match(network));
}

type Callback = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void;

/**
 * Resolves a name for a connection and refuses what is not public. It is asked at the moment of connecting, so a name
 * cannot point elsewhere between the check and the use.
 */
export function lookupPublic(hostname: string, options: LookupOptions, callback: Callback): void {
  resolve(hostname, { ...options, all: true }, (error, found) => {
    if (error) return callback(error, []);
    const refused = found.find(({ address }) => !isPublicAddress(address));
    if (refused) return callback(Object.assign(new Error('The host has an address that is not public.'), { code: 'EADDRNOTPUBLIC' }), []);
    const [first] = found;
    if (options.all === true) return callback(null, found);
    return callback(null, first?.address ?? '', first?.family ?? 4);
  });
}
