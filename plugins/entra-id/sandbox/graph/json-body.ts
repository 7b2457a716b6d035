import { headerText } from '../call.js';
import type { Call } from '../call.js';
import { badRequest, GraphFailure } from './graph-failure.js';

export type JsonObject = Readonly<Record<string, unknown>>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseJson(call: Call): unknown {
  if (!(headerText(call.headers, 'content-type') ?? '').startsWith('application/json')) {
    throw badRequest('Write requests (excluding DELETE) must contain the Content-Type header declaration.');
  }
  try {
    return JSON.parse(call.body);
  } catch {
    throw new GraphFailure(400, 'BadRequest', 'Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.');
  }
}

/** The body of a write, which is a JSON object. */
export function readJsonObject(call: Call): JsonObject {
  const body = parseJson(call);
  if (isJsonObject(body)) return body;
  throw badRequest('The body of this request must be a JSON object.');
}
