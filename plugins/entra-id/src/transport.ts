import type { Context, Middleware } from '@microsoft/microsoft-graph-client';
import { networkCodeOf } from './token-traffic.js';

/** The code of an answer that Graph did not give. */
export const NOT_MICROSOFT = 'NotMicrosoft';

/** Any status that makes the SDK see an error; the true one stands in the message. */
const MISDIRECTED = 421;

/** Sends the request. The SDK's own handler loses why a connection failed, so the reason goes into the message. */
export class Transport implements Middleware {
  async execute(context: Context): Promise<void> {
    try {
      context.response = inGraphShape(await fetch(context.request as string | Request, context.options));
    } catch (error) {
      throw new Error(`${NO_ANSWER}${networkCodeOf(error)}`, { cause: error });
    }
  }
}

const NO_ANSWER = 'no answer: ';

/** Why no answer came, out of the message that the SDK carries on. */
export function networkCodeIn(message: string): string | undefined {
  return message.startsWith(NO_ANSWER) ? message.slice(NO_ANSWER.length) : undefined;
}

/**
 * A proxy's page in HTML would cost the SDK the headers, and us Retry-After; with the status 200 it would pass for an
 * answer. It is put into the shape of Graph's own errors.
 */
function inGraphShape(response: Response): Response {
  const isJson = (response.headers.get('content-type') ?? '').includes('json');
  const isEmpty = response.status === 204 || response.headers.get('content-length') === '0';
  if (isJson || (response.ok && isEmpty)) return response;
  const headers = new Headers(response.headers);
  headers.set('content-type', 'application/json');
  headers.delete('content-length');
  headers.delete('content-encoding');
  const error = { code: NOT_MICROSOFT, message: String(response.status), innerError: {} };
  return new Response(JSON.stringify({ error }), { status: response.ok ? MISDIRECTED : response.status, statusText: response.statusText, headers });
}
