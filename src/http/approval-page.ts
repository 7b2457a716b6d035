import formbody from '@fastify/formbody';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Decision } from '../approvals/approval-decision.entity.js';
import type { Approval } from '../approvals/approval.entity.js';
import type { ApprovalService } from '../approvals/approval.service.js';
import { DomainError } from '../kernel/errors.js';
import type { ApprovalFacts, ApprovalNotices } from '../notifications/approval-notices.js';
import { html, type Html } from './html.js';
import { answerKnock, type LinkDoor } from './link-door.js';
import { sendPage } from './page.js';

/** One per link, so that two pages in one browser do not get into each other's way. */
const cookieOf = (token: string): string => `approval_view_${createHash('sha256').update(token).digest('hex').slice(0, 12)}`;
const MAX_COMMENT_LENGTH = 2_000;

interface Deps {
  readonly approvals: ApprovalService;
  readonly notices: ApprovalNotices;
  readonly publicUrl: () => string;
  readonly door: LinkDoor;
}

const decisionForm = z.object({ decision: z.enum(['APPROVE', 'DENY']), view: z.string(), comment: z.string().max(MAX_COMMENT_LENGTH).default('') });

type LinkRequest = FastifyRequest<{ Params: { token: string } }>;

/**
 * What a contact sees who opens the link from the notice. Mail programs and scanners open links by themselves, so opening
 * it decides nothing: a decision is a POST from the page that was shown, in the same browser, on this site.
 */
export function serveApprovalPage(server: FastifyInstance, deps: Deps): void {
  void server.register(async (pages) => {
    await pages.register(formbody, { bodyLimit: 16_384 });
    const answer = (request: LinkRequest, reply: FastifyReply, act: () => Promise<FastifyReply>): Promise<FastifyReply> =>
      answerKnock(deps.door, request, reply, { what: 'approval-link', secret: request.params.token, unknownStatus: 404, answer: act });
    pages.get('/approvals/:token', (request: LinkRequest, reply) => answer(request, reply, () => show(deps, request.params.token, reply)));
    pages.post('/approvals/:token', (request: LinkRequest, reply) => answer(request, reply, () => decide(deps, request, reply)));
  });
}

async function show({ approvals, notices, publicUrl }: Deps, token: string, reply: FastifyReply): Promise<FastifyReply> {
  const found = await approvals.findByToken(token);
  if (!found) return unknownLink(reply);
  const { approval, link } = found;
  const isOpen = approval.status === 'PENDING' && approval.expiresAt > new Date();
  if (!isOpen || link.usedAt !== null) return over(reply, approval, notices, 200);
  const view = randomBytes(24).toString('base64url');
  void reply.header('set-cookie', `${cookieOf(token)}=${view}; Path=/approvals/; HttpOnly; SameSite=Strict; Max-Age=3600${publicUrl().startsWith('https:') ? '; Secure' : ''}`);
  return sendPage(reply, 200, 'Your approval is needed', question(await notices.factsOf(approval), seal(view, token)));
}

async function decide(deps: Deps, request: LinkRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { token } = request.params;
  const form = decisionForm.safeParse(request.body);
  const refusal = foreign(request, deps.publicUrl()) ?? staleView(request, token, viewIn(request.body));
  if (refusal !== undefined) return sendPage(reply, 403, 'Nothing was decided', html`<p>${refusal}</p><p>Open the link from your notice again and decide there.</p>`);
  if (!form.success) return sendPage(reply, 400, 'Nothing was decided', html`<p>Choose to approve or to deny, with a comment of at most ${String(MAX_COMMENT_LENGTH)} characters.</p>`);
  const { decision, comment } = form.data;
  try {
    const approval = await deps.approvals.decideByToken(token, decision, comment.replaceAll('\r\n', '\n'));
    return await sendPage(reply, 200, DONE[decision], html`<p>${outcomeText(approval)}</p>${facts(await deps.notices.factsOf(approval))}`);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    if (error.code === 'BAD_USER_INPUT') return sendPage(reply, 400, 'Nothing was decided', html`<p>${error.message}</p><p>Go back and correct it.</p>`);
    const found = await deps.approvals.findByToken(token);
    if (!found) return unknownLink(reply);
    return over(reply, found.approval, deps.notices, 409, error.message);
  }
}

const DONE: Readonly<Record<Decision, string>> = { APPROVE: 'You approved it', DENY: 'You denied it' };

/**
 * A browser says where a form came from; whoever does not say so is no browser. A page that sends no referrer, as ours,
 * has the origin "null" in its forms, so that counts only with the word of Sec-Fetch-Site, which no page can forge. Over
 * plain http browsers send none; there the cookie of the view has to do, which is never sent with a form of another site.
 */
function foreign({ headers }: LinkRequest, publicUrl: string): string | undefined {
  const { origin, 'sec-fetch-site': site } = headers;
  const own = new URL(publicUrl);
  const tellsSite = own.protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(own.hostname);
  const isOwnOrigin = origin === own.origin || (origin === 'null' && (site === 'same-origin' || !tellsSite));
  const isOwnSite = isOwnOrigin && (site === undefined || site === 'same-origin');
  return isOwnSite ? undefined : 'The decision did not come from the page of this approval.';
}

function viewIn(body: unknown): string | undefined {
  return z.object({ view: z.string() }).safeParse(body).data?.view;
}

function staleView(request: LinkRequest, token: string, view: string | undefined): string | undefined {
  const [, cookie] = new RegExp(`(?:^|; )${cookieOf(token)}=([A-Za-z0-9_-]+)`).exec(request.headers.cookie ?? '') ?? [];
  const expected = cookie === undefined ? undefined : seal(cookie, token);
  const isFresh = expected !== undefined && view?.length === expected.length && timingSafeEqual(Buffer.from(view), Buffer.from(expected));
  return isFresh ? undefined : 'The page was opened in another browser, or too long ago.';
}

/** Binds what the page carries to the browser's cookie and to this one link. */
function seal(view: string, token: string): string {
  return createHash('sha256').update(`${view} ${token}`).digest('base64url');
}

function unknownLink(reply: FastifyReply): FastifyReply {
  return sendPage(reply, 404, 'This link is not known here', html`<p>Copy the whole link from your notice. If that does not help, ask whoever started the run.</p>`);
}

async function over(reply: FastifyReply, approval: Approval, notices: ApprovalNotices, status: number, refusal?: string): Promise<FastifyReply> {
  const became = approval.status === 'PENDING' && approval.expiresAt > new Date() ? 'You have decided already; others are still asked.' : `This approval ${await notices.outcomeOf(approval)}.`;
  const isExpired = approval.status === 'PENDING' && approval.expiresAt <= new Date();
  const text = isExpired ? 'This approval has expired: nobody decided in time.' : became;
  return sendPage(reply, status, 'Nothing is left to decide here', html`${refusal === undefined ? html`` : html`<p role="alert">${refusal}</p>`}<p>${text}</p>${facts(await notices.factsOf(approval))}`);
}

function outcomeText({ status }: Approval): string {
  if (status === 'PENDING') return 'Your decision counts. Others have to approve, too, before anything is done.';
  return status === 'APPROVED' ? 'The step is carried out now.' : 'The step is not carried out.';
}

function question(approval: ApprovalFacts, view: string): Html {
  return html`
    <p>${approval.text}</p>
    ${facts(approval)}
    <form method="post" class="decide">
      <input type="hidden" name="view" value="${view}">
      <label for="comment">Comment, kept with the run</label>
      <textarea id="comment" name="comment" rows="3" maxlength="2000"></textarea>
      <p><button class="main" name="decision" value="APPROVE">Approve</button> <button name="decision" value="DENY">Deny</button></p>
    </form>`;
}

function facts({ facts: known, plan, followUrl }: ApprovalFacts): Html {
  return html`
    <dl>${known.map(({ name, value }) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
    <h2>What would be changed</h2>
    ${plan.length === 0 ? html`<p>Nothing: the target is as the action would make it.</p>` : html`<ul>${plan.map((sentence) => html`<li>${sentence}</li>`)}</ul>`}
    <p><a href="${followUrl}">Follow along</a></p>`;
}
