import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { openCall } from './call.js';
import type { Answer, Call } from './call.js';
import type { Fault } from './faults.js';
import type { Tenant } from './tenant.js';

export interface Protocol {
  /** Notes in the journal what the call is about, before anything can go wrong with it. */
  readonly identify: (call: Call) => void;
  /** Carries the call out and answers it. */
  readonly respond: (call: Call) => Promise<Answer>;
  /** An injected fault in the protocol's own shape. */
  readonly faultAnswer: (call: Call, fault: Fault) => Answer;
}

function isReplaced(fault: Fault): boolean {
  return fault.status !== undefined || fault.code !== undefined || fault.body !== undefined;
}

/** The answer after what the fault says about it; undefined when there is to be none. */
async function answerWithFault(call: Call, fault: Fault, protocol: Protocol, tenant: Tenant): Promise<Answer | undefined> {
  call.entry.faultId = fault.id;
  const early = fault.afterEffect ? await protocol.respond(call) : undefined;
  if (fault.delayMs > 0) await wait(fault.delayMs, undefined, { signal: tenant.stopped });
  if (fault.dropConnection) return undefined;
  if (isReplaced(fault)) return protocol.faultAnswer(call, fault);
  const answer = early ?? (await protocol.respond(call));
  return { ...answer, headers: { ...answer.headers, ...fault.headers } };
}

/** Half of the answer now, the rest when the time is over: what a client's time limit on the body is for. */
async function sendStalled(reply: FastifyReply, answer: Answer, stallMs: number, tenant: Tenant): Promise<void> {
  reply.hijack();
  reply.raw.writeHead(answer.status, answer.headers);
  const half = Math.ceil(answer.body.length / 2);
  reply.raw.write(answer.body.slice(0, half));
  await wait(stallMs, undefined, { signal: tenant.stopped });
  reply.raw.end(answer.body.slice(half));
}

async function send(reply: FastifyReply, answer: Answer | undefined, fault: Fault | undefined, tenant: Tenant): Promise<unknown> {
  if (answer === undefined) {
    reply.hijack();
    reply.raw.destroy();
    return reply;
  }
  if (fault?.stallBodyMs !== undefined) {
    await sendStalled(reply, answer, fault.stallBodyMs, tenant);
    return reply;
  }
  return reply.code(answer.status).headers(answer.headers).send(answer.body);
}

/** Serves one request of the imitated protocols: journal, then faults, then what the route has to say. */
export async function serveCall(request: FastifyRequest, reply: FastifyReply, tenant: Tenant, protocol: Protocol): Promise<unknown> {
  const startedMs = performance.now();
  const call = openCall(request, tenant);
  protocol.identify(call);
  const fault = tenant.faults.take(call.method, call.url.pathname + call.url.search);
  try {
    const answer = fault === undefined ? await protocol.respond(call) : await answerWithFault(call, fault, protocol, tenant);
    call.entry.status = answer?.status ?? null;
    return await send(reply, answer, fault, tenant);
  } catch (error) {
    if (!tenant.stopped.aborted) throw error;
    reply.hijack();
    reply.raw.destroy();
    return reply;
  } finally {
    call.entry.durationMs = Math.round(performance.now() - startedMs);
  }
}
