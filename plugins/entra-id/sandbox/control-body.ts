import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ControlRefusal } from './control-refusal.js';

/** A page in a browser could post forms to this machine, but not JSON: that is asked for first. */
export function readBody<Schema extends z.ZodType>(request: FastifyRequest, schema: Schema): z.output<Schema> {
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
