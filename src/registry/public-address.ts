import ipaddr from 'ipaddr.js';
import dns, { type LookupAddress, type LookupOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';

/** What ranges do not tell: old spellings of IPv4 in IPv6, and the address at which Azure serves its virtual machines. */
const NOT_PUBLIC = ['::/96', '168.63.129.16/32'].map((network) => ipaddr.parseCIDR(network));

/** Whether an address belongs to the public internet: not loopback, private, link-local, metadata or reserved, in whatever spelling. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const processed = ipaddr.process(address);
  return processed.range() === 'unicast' && !NOT_PUBLIC.some((network) => processed.kind() === network[0].kind() && processed.match(network));
}

/**
 * Resolves a name for a connection and fails with what `refuse` gives where it leads to an address that is not public. It is
 * asked at the moment of connecting, so a name cannot point elsewhere between the check and the use.
 */
export function lookupPublic(refuse: (address: string) => Error, resolve: LookupFunction = dns.lookup): LookupFunction {
  return (hostname, options: LookupOptions, callback) => {
    resolve(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, []);
      const addresses = typeof found === 'string' ? [{ address: found, family: 4 }] : found;
      const refused = addresses.find(({ address }) => !isPublicAddress(address));
      if (refused) return callback(refuse(refused.address), []);
      const [first = NOWHERE] = addresses;
      return options.all === true ? callback(null, addresses) : callback(null, first.address, first.family);
    });
  };
}

const NOWHERE: LookupAddress = { address: '', family: 4 };
