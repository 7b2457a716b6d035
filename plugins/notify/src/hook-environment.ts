import { z } from 'zod';

/** Hosts, with a port where one is given, that the operator lets through although they are not public, and without TLS, too. */
export type ExtraHosts = ReadonlySet<string>;

/** Shared by all channels that post to a webhook. */
export const extraHosts = z
  .string()
  .transform((list): ExtraHosts => new Set(list.split(',').map((host) => host.trim().toLowerCase()).filter((host) => host !== '')))
  .optional();

export const NO_HOSTS: ExtraHosts = new Set();

export function isExtraHost({ host, hostname }: URL, extra: ExtraHosts): boolean {
  return extra.has(host) || extra.has(hostname);
}

/** What is wrong with the address of a webhook. Whether its host may be called is seen when it is. */
export function checkHookAddress(address: string, what: string): string | undefined {
  if (!URL.canParse(address)) return `must be ${what}`;
  const { protocol, username, password } = new URL(address);
  return (protocol === 'https:' || protocol === 'http:') && username === '' && password === '' ? undefined : `must be ${what}`;
}
