import { defineChannel } from '@countermeasure/sdk';
import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { NO_HOSTS, checkHookAddress, extraHosts } from './hook-environment.js';
import { postJson } from './post-json.js';

const LEAST_SECRET_LENGTH = 24;

const environment = z.object({
  NOTIFY_WEBHOOK_SECRET: z.string().min(LEAST_SECRET_LENGTH, { error: `must have at least ${LEAST_SECRET_LENGTH} characters` }).optional(),
  NOTIFY_EXTRA_HOSTS: extraHosts,
});

/** JSON for programs, signed as the Standard Webhooks specification says. @see https://www.standardwebhooks.com */
export const webhook = defineChannel({
  id: 'WEBHOOK',
  title: 'Signed webhook',
  environment,
  hosts: ['*'],
  operatorHosts: ({ NOTIFY_EXTRA_HOSTS }) => [...(NOTIFY_EXTRA_HOSTS ?? NO_HOSTS)],
  missing: ({ NOTIFY_WEBHOOK_SECRET: secret }) => (secret === undefined ? 'Signed webhooks are not set up: set NOTIFY_WEBHOOK_SECRET, and start the service again.' : undefined),
  checkAddress: (address) => checkHookAddress(address, 'an https:// address'),
  connect: ({ environment: set }) => ({ secret: set.NOTIFY_WEBHOOK_SECRET ?? '', allowed: set.NOTIFY_EXTRA_HOSTS ?? NO_HOSTS }),
  async send({ client: { secret, allowed }, address, notice, signal }) {
    const body = JSON.stringify(notice);
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const signature = createHmac('sha256', secret).update(`${notice.id}.${timestamp}.${body}`).digest('base64');
    const headers = { 'webhook-id': notice.id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
    await postJson(address, body, { headers, allowed, signal });
  },
});
