import { ActionError } from '@countermeasure/sdk';
import http from 'node:http';
import https from 'node:https';
import { isExtraHost, type ExtraHosts } from './hook-environment.js';

const ANSWER_WITHIN_MS = 30_000;
const MAX_ANSWER_BYTES = 65_536;

/** Whoever asks for more patience than this is asked again all the same: people wait. */
const LONGEST_WAIT_MS = 60 * 60_000;

export interface PostOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly allowed: ExtraHosts;
  readonly signal: AbortSignal;
}

/** Posts JSON to a webhook. Redirects are not followed: they could lead anywhere. The service itself sees to it that the host is a public one. The address is a secret and stands in no error. */
export async function postJson(address: string, body: string, options: PostOptions): Promise<void> {
  // Parsing would throw an error that holds the address.
  if (!URL.canParse(address)) throw new ActionError('HOOK_REFUSED', 'The address of the webhook is no URL.', { remedy: 'Correct the contact in the playbook.' });
  const url = new URL(address);
  if (url.protocol !== 'https:' && !isExtraHost(url, options.allowed)) {
    throw new ActionError('HOOK_NOT_SECURE', 'The address of the webhook is not https, and is not called.', { remedy: 'Give an https address; a host of your own that has none is named in NOTIFY_EXTRA_HOSTS.' });
  }
  const { status, retryAfter } = await send(url, body, options);
  if (status >= 200 && status < 300) return;
  throw toHookError(status, retryAfter);
}

function send(url: URL, body: string, { headers, signal }: PostOptions): Promise<{ status: number; retryAfter: string | undefined }> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'http:' ? http : https).request(
      url,
      {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), 'user-agent': 'Countermeasure', ...headers },
        signal,
        timeout: ANSWER_WITHIN_MS,
      },
      (response) => {
        let received = 0;
        response.on('data', (chunk: Buffer) => {
          received += chunk.length;
          if (received > MAX_ANSWER_BYTES) response.destroy();
        });
        // Only the status counts, so an answer that was cut off is an answer, too.
        response.on('close', () => resolve({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] }));
      },
    );
    request.on('timeout', () => request.destroy(Object.assign(new Error('No answer.'), { code: 'ETIMEDOUT' })));
    request.on('error', (error: NodeJS.ErrnoException) => reject(toNetworkError(error)));
    request.end(body);
  });
}

function toNetworkError({ code = 'UNKNOWN' }: NodeJS.ErrnoException): ActionError {
  return new ActionError('HOOK_UNREACHABLE', `The webhook did not answer (${code}).`, { retryable: true, remedy: 'Check that this machine reaches its host; the notice is tried again.' });
}

function toHookError(status: number, retryAfter: string | undefined): ActionError {
  const seconds = Number(retryAfter);
  const retryAfterMs = retryAfter === undefined || !Number.isFinite(seconds) || seconds < 0 ? undefined : Math.min(Math.ceil(seconds * 1_000), LONGEST_WAIT_MS);
  if (status === 429 || status >= 500 || status === 408) {
    return new ActionError('HOOK_BUSY', `The webhook answered ${status}.`, { retryable: true, ...(retryAfterMs !== undefined && { retryAfterMs }), remedy: 'Nothing to do: the notice is tried again.' });
  }
  return new ActionError('HOOK_REFUSED', `The webhook refused the notice: it answered ${status}.`, { remedy: 'Check that the webhook still exists and that its address was copied whole.' });
}
