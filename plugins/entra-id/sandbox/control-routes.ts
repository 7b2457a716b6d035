import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { behaviourChanges } from './behaviour.js';
import { readBody } from './control-body.js';
import { ControlRefusal } from './control-refusal.js';
import { consentChanges } from './controls.js';
import type { Controls } from './controls.js';
import { registerEventControls } from './event-control-routes.js';
import type { SandboxServer } from './listen-on.js';
import { faultRequest } from './faults.js';
import type { Fault } from './faults.js';
import { userOf } from './raise-parts.js';
import type { Tenant } from './tenant.js';

/** A name that points to this machine must be used: a foreign one that resolves to it is a rebinding attack. */
function checkHost(request: FastifyRequest): void {
  const name = request.hostname;
  if (name !== '127.0.0.1' && name !== 'localhost') {
    throw new ControlRefusal(403, 'The controls answer at https://127.0.0.1 and https://localhost only.');
  }
}

function viewFault(fault: Fault): Record<string, unknown> {
  const path = fault.match.path instanceof RegExp ? fault.match.path.source : fault.match.path;
  return { ...fault, match: { ...fault.match, path } };
}

function readSequence(request: FastifyRequest): number {
  const { after } = request.query as { after?: string };
  const sequence = Number(after ?? 0);
  if (Number.isInteger(sequence) && sequence >= 0) return sequence;
  throw new ControlRefusal(400, "'after' must be a sequence number of the journal.");
}

function findUser(request: FastifyRequest, tenant: Tenant): unknown {
  return userOf(tenant, (request.params as { user: string }).user);
}

function registerReads(app: SandboxServer, tenant: Tenant, controls: Controls): void {
  app.get('/control/journal', async (request) => ({ value: tenant.journal.entries(readSequence(request)) }));
  app.get('/control/users', async () => ({ value: tenant.directory.all() }));
  app.get('/control/users/:user', async (request) => findUser(request, tenant));
  app.get('/control/faults', async () => ({ value: tenant.faults.waiting().map(viewFault) }));
  app.get('/control/behaviour', async () => tenant.behaviour);
  app.get('/control/consent', async () => controls.consent());
}

function registerChanges(app: SandboxServer, tenant: Tenant, controls: Controls): void {
  app.post('/control/faults', async (request, reply) => {
    const fault = tenant.faults.inject(readBody(request, faultRequest));
    return reply.code(201).send(viewFault(fault));
  });
  app.delete('/control/faults', async (_, reply) => {
    tenant.faults.clear();
    return reply.code(204).send();
  });
  app.post('/control/behaviour', async (request) => controls.changeBehaviour(readBody(request, behaviourChanges)));
  app.post('/control/consent', async (request) => controls.changeConsent(readBody(request, consentChanges)));
  app.post('/control/reset', async (request, reply) => {
    readBody(request, z.strictObject({}));
    controls.reset();
    return reply.code(204).send();
  });
}

function sendRefusal(error: unknown, reply: FastifyReply): unknown {
  if (!(error instanceof ControlRefusal)) throw error;
  return reply.code(error.status).send({ error: error.message });
}

/** The controls over HTTP, for another process and for curl. They are no part of the imitated protocols. */
export function registerControlRoutes(app: SandboxServer, tenant: Tenant, controls: Controls): void {
  void app.register(async (scope: SandboxServer) => {
    scope.addHook('onRequest', async (request) => checkHost(request));
    scope.setErrorHandler((error, _, reply) => sendRefusal(error, reply));
    registerReads(scope, tenant, controls);
    registerChanges(scope, tenant, controls);
    registerEventControls(scope, tenant);
  });
}
