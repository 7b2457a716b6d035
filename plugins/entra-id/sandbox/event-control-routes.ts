import type { FastifyRequest } from 'fastify';
import { readBody } from './control-body.js';
import type { SandboxServer } from './listen-on.js';
import { raiseRiskDetection, riskDetectionChanges, riskDetectionRequest, updateRiskDetection } from './raise-risk-detection.js';
import { raiseSecurityAlert, securityAlertChanges, securityAlertRequest, updateSecurityAlert } from './raise-security-alert.js';
import { raiseSignIn, signInRequest } from './raise-sign-in.js';
import { lifecycleNoticeRequest, sendLifecycleNotice } from './send-lifecycle-notice.js';
import type { Tenant } from './tenant.js';

function idIn(request: FastifyRequest): string {
  return (request.params as { id: string }).id;
}

/** What happens in a tenant by itself, made to happen. */
export function registerEventControls(app: SandboxServer, tenant: Tenant): void {
  app.post('/control/risk-detections', async (request, reply) => reply.code(201).send(raiseRiskDetection(tenant, readBody(request, riskDetectionRequest))));
  app.post('/control/risk-detections/:id', async (request) => updateRiskDetection(tenant, idIn(request), readBody(request, riskDetectionChanges)));
  app.post('/control/sign-ins', async (request, reply) => reply.code(201).send(raiseSignIn(tenant, readBody(request, signInRequest))));
  app.post('/control/security-alerts', async (request, reply) => reply.code(201).send(raiseSecurityAlert(tenant, readBody(request, securityAlertRequest))));
  app.post('/control/security-alerts/:id', async (request) => updateSecurityAlert(tenant, idIn(request), readBody(request, securityAlertChanges)));
  // Whoever knows the client state could send notifications of his own.
  app.get('/control/subscriptions', async () => ({ value: tenant.subscriptions.live().map((subscription) => ({ ...subscription, clientState: null })) }));
  app.post('/control/subscriptions/:id/lifecycle', async (request) => {
    const { event } = readBody(request, lifecycleNoticeRequest);
    return { ...sendLifecycleNotice(tenant, idIn(request), event), clientState: null };
  });
}
