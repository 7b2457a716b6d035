import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Consent } from '../connections/consent.machine.js';
import { CALLBACK_PATH, type ConsentOutcome, type ConsentService } from '../connections/consent.service.js';
import { html, type Html } from './html.js';
import { answerKnock, type LinkDoor } from './link-door.js';
import { sendPage } from './page.js';

/** Where a provider sends an administrator's browser after consent. It takes no key: only the state of a link that we handed out counts. */
export function serveConsentCallback(server: FastifyInstance, consents: ConsentService, door: LinkDoor): void {
  // No HEAD: whoever only looks at the address must not use the link up.
  server.get<{ Querystring: Record<string, string | string[]> }>(CALLBACK_PATH, { exposeHeadRoute: false }, async (request, reply) => {
    const parameters = Object.fromEntries(Object.entries(request.query).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
    const answer = async (): Promise<FastifyReply> => {
      const outcome = await consents.complete(parameters);
      return sendPage(reply, outcome.kind === 'REFUSED' ? 400 : 200, titleOf(outcome), bodyOf(outcome));
    };
    return answerKnock(door, request, reply, { what: 'consent-state', secret: parameters['state'] ?? '', unknownStatus: 400, answer });
  });
}

function titleOf(outcome: ConsentOutcome): string {
  if (outcome.kind === 'REFUSED') return outcome.title;
  if (outcome.consent.status === 'GRANTED') return 'Access granted';
  return outcome.consent.status === 'PENDING' ? 'Accepted, and on its way' : 'Something is still missing';
}

function bodyOf(outcome: ConsentOutcome): Html {
  if (outcome.kind === 'REFUSED') return html`<p>${outcome.message}</p><p>${outcome.remedy}</p>`;
  const { connection, consent, problem } = outcome;
  return html`
    <p>${adviceOf(connection.name, consent)}</p>
    ${problem === null ? html`` : html`<p role="alert">${problem}</p>`}
    ${permissionList('Granted', consent.granted)}
    ${permissionList('Missing', consent.missing.map(({ name, reason }) => `${name}: ${reason}`))}
    ${privilegedRoleNote(consent)}`;
}

function adviceOf(name: string, { status }: Consent): string {
  if (status === 'GRANTED') return `${name} may be acted on now. Go back to Countermeasure and confirm that access was granted; this page can be closed.`;
  if (status === 'PENDING') return `The provider takes some minutes until what you granted for ${name} works. It is looked at again by itself; this page can be closed.`;
  return `You accepted, but ${name} does not have everything that its playbooks need yet.`;
}

function permissionList(title: string, items: readonly string[]): Html {
  if (items.length === 0) return html``;
  return html`<h2>${title}</h2><ul>${items.map((item) => html`<li>${item}</li>`)}</ul>`;
}

function privilegedRoleNote({ privilegedRole }: Consent): Html {
  if (!privilegedRole || privilegedRole.held === true) return html``;
  const state = privilegedRole.held === null ? 'Whether the app holds it could not be read.' : 'The app does not hold it.';
  return html`<h2>For privileged users</h2><p>They need the role ${privilegedRole.name} as well. ${state}</p><p>${privilegedRole.instructions}</p>`;
}
