import { z } from 'zod';
import type { AllowedHosts } from './public-host.js';

/** Shared by all channels that post to a webhook. */
export const extraHosts = z
  .string()
  .transform((list): AllowedHosts => new Set(list.split(',').map((host) => host.trim().toLowerCase()).filter((host) => host !== '')))
  .optional();

export const NO_HOSTS: AllowedHosts = new Set();

/** What is wrong with the address of a webhook. Whether its host may be called is seen when it is. */
export function checkHookAddress(address: string, what: string): string | undefined {
  if (!URL.canParse(address)) return `must be ${what}`;
  const { protocol, username } = new URL(address);
  return (protocol === 'https:' || protocol === 'http:') && username === '' ? undefined : `must be ${what}`;
}
