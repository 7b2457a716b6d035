import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { behaviourChanges } from './behaviour.js';
import { consentChanges } from './controls.js';
import type { Controls } from './controls.js';
import type { SandboxServer } from './listen-on.js';
import { faultRequest } from './faults.js';
import type { Fault } from './faults.js';
import type { Tenant } from './tenant.js';

class ControlRefusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'ControlRefusal';
    this.status = status;
  }
}

/** A page in a browser could post forms to this machine, but not JSON: that is asked for first. */
function readBody<Schema extends z.ZodType>(request: FastifyRequest, schema: Schema): z.output<Schema> {
  if (!(request.headers['content-type'] ?? '').startsWith('application/json')) {
    throw new ControlRefusal(415, 'Send JSON with the header "content-type: application/json".');
  }
  const text = typeof request.body === 'string' && request.body.trim() !== '' ? request.body : '{}';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ControlRefusal(400, 'The body is not valid JSON.');
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new ControlRefusal(400, z.prettifyError(parsed.error));
  return parsed.data;
}

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
  const { user: name } = request.params as { user: string };
  const user = tenant.directory.findDeletedToo(name);
  if (user === undefined) throw new ControlRefusal(404, `There is no user '${name}'. GET /control/users lists them all.`);
  return user;
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
  });
}
