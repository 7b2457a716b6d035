import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Callers } from '../auth/caller.js';
import type { FailedAttempts, Presented } from '../auth/failed-attempts.js';
import { RateLimited } from '../kernel/errors.js';
import type { Refusals } from '../kernel/refusals.js';
import { html } from './html.js';
import { sendPage } from './page.js';

export interface LinkDoor {
  readonly callers: Callers;
  readonly attempts: FailedAttempts;
  readonly refusals: Refusals;
}

interface Knock {
  readonly what: Presented;
  /** What the link carries. */
  readonly secret: string;
  /** The status of the page that tells that the link is not one of ours. */
  readonly unknownStatus: number;
  readonly answer: () => Promise<FastifyReply>;
}

const REFUSALS: Readonly<Record<number, string | undefined>> = { 400: 'BAD_USER_INPUT', 403: 'FORBIDDEN', 404: 'NOT_FOUND', 409: 'CONFLICT', 429: 'RATE_LIMITED' };

/** Answers at a page that nobody signs in to: whoever tries one unknown link after the other is soon refused without a look. */
export async function answerKnock({ callers, attempts, refusals }: LinkDoor, request: FastifyRequest, reply: FastifyReply, { what, secret, unknownStatus, answer }: Knock): Promise<FastifyReply> {
  const caller = callers.of(request.raw);
  try {
    await attempts.guard(what, caller.address, secret, answer, () => reply.statusCode === unknownStatus);
  } catch (error) {
    if (!(error instanceof RateLimited)) throw error;
    await sendPage(reply.header('retry-after', error.retryAfterSeconds), 429, 'Not so fast', html`<p>${error.message}</p>`);
  }
  const code = REFUSALS[reply.statusCode];
  if (code !== undefined) refusals.note('page', code, caller);
  return reply;
}
