import { escapeHtml, page } from './html.js';
import type { Tenant } from './tenant.js';

const CONTROLS: readonly (readonly [string, string])[] = [
  ['GET /control/users', 'every user as it really is'],
  ['GET /control/users/{id or user principal name}', 'one user'],
  ['GET /control/journal?after={sequence}', 'the calls that arrived'],
  ['GET, POST, DELETE /control/faults', 'what is to go wrong next'],
  ['GET, POST /control/behaviour', 'how the tenant behaves where the real one is undocumented'],
  ['GET, POST /control/consent', 'what the application was granted'],
  ['POST /control/risk-detections, /control/risk-detections/{id}', 'Identity Protection sees a sign of danger about a user, or changes its mind'],
  ['POST /control/sign-ins', 'somebody signs in'],
  ['POST /control/security-alerts, /control/security-alerts/{id}', 'Defender raises an alert, or an analyst changes it'],
  ['GET /control/subscriptions', 'who is told when a user changes'],
  ['POST /control/subscriptions/{id}/lifecycle', 'a client is told about its subscription'],
  ['POST /control/reset', 'back to the beginning'],
];

/** What a person sees who opens the address in a browser. */
export function welcomePage(tenant: Tenant): string {
  const { displayName, tenantId } = tenant.state;
  const controls = CONTROLS.map(([route, meaning]) => `<li><code>${escapeHtml(route)}</code>: ${escapeHtml(meaning)}</li>`).join('\n');
  return page('Sandbox tenant', `<p>${escapeHtml(displayName)}, tenant id <code>${tenantId}</code>.</p>
<p>It speaks the token endpoint and admin consent of the Microsoft identity platform, and the users, risk detections, risky users, sign-ins, audits, security alerts and change notifications of Microsoft Graph v1.0, for clients on this machine.</p>
<ul>
${controls}
</ul>`);
}
