import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Attempt, Caller } from './attempts.ts';
import { leaksIn } from './leaks.ts';
import { isProper, type Answer } from './send.ts';
import type { World } from './world.ts';

/** The codes as they are documented. */
const [, table = ''] = /## What a request can be refused with([\s\S]*?)\n## /.exec(readFileSync(path.join(import.meta.dirname, '../../docs/errors.md'), 'utf8')) ?? [];
const CODES = [...table.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, code = '']) => code);

const STATUSES: ReadonlySet<number> = new Set([200, 400, 401, 404, 406, 408, 413, 415, 429, 431]);
/** Of what never became a request nothing is told but the status. */
const UNREADABLE: ReadonlySet<number> = new Set([400, 408, 431]);
/** What a socket is closed with: by us at the end (1005, 1006), for a message that is too long, and what the protocol knows; never 1011 or 4500. */
const CLOSE_CODES: ReadonlySet<number | undefined> = new Set([1000, 1005, 1006, 1009, 4400, 4401, 4403, 4406, 4408, 4409, 4429]);
const SIGNED_OUT: ReadonlySet<Caller> = new Set(['NOBODY', 'INVALID', 'REVOKED']);
const SIGNED_OUT_CODES: ReadonlySet<string> = new Set(['UNAUTHENTICATED', 'BAD_USER_INPUT', 'NOT_FOUND', 'RATE_LIMITED']);

const problem = z.strictObject({ path: z.array(z.union([z.string(), z.number()])), message: z.string().min(1) });
const graphqlError = z.strictObject({ message: z.string().min(1), locations: z.array(z.object({})).optional(), path: z.array(z.union([z.string(), z.number()])).optional(), extensions: z.strictObject({ code: z.enum(CODES), problems: z.array(problem), requestId: z.string().optional(), retryAfterSeconds: z.number().optional() }) });
const result = z.strictObject({ data: z.record(z.string(), z.unknown()).nullish(), errors: z.array(graphqlError).min(1).optional() });
const frame = z.union([z.strictObject({ type: z.literal('next'), id: z.string(), payload: result }), z.strictObject({ type: z.literal('error'), id: z.string(), payload: z.array(graphqlError).min(1) }), z.looseObject({ type: z.enum(['connection_ack', 'complete', 'ping', 'pong']) })]);

type Result = z.infer<typeof result>;

/** Everything that is wrong with an answer; nothing is. */
export function faultsOf(attempt: Attempt, answer: Answer, sent: string, world: World): string[] {
  const leaks = answer.texts.flatMap((text) => leaksIn(text, sent, world));
  if (answer.way === 'SOCKET') return [...leaks, ...faultsOverSocket(attempt, answer.closeCode, answer.texts)];
  if (answer.way === 'HTTP') return [...leaks, ...faultsOverHttp(attempt, answer)];
  return attempt.way === 'HTTP' && isProper(attempt.request) ? [`was not answered: ${answer.reason}`] : [];
}

function faultsOverHttp(attempt: Attempt, answer: Extract<Answer, { way: 'HTTP' }>): string[] {
  const faults: string[] = [];
  if (answer.texts[0].includes('FST_')) faults.push(`speaks as its framework: ${answer.texts[0].slice(0, 200)}`);
  if (answer.status >= 500) faults.push(`answers with status ${answer.status}`);
  if (attempt.way !== 'HTTP' || attempt.request.path !== '/graphql' || attempt.request.method === 'HEAD') return faults;
  if (!STATUSES.has(answer.status)) faults.push(`answers with status ${answer.status}`);
  if (answer.texts[0] === '' && UNREADABLE.has(answer.status)) return faults;
  return [...faults, ...faultsOfText(attempt, answer.texts[0])];
}

function faultsOfText(attempt: Attempt, text: string): string[] {
  const read = result.safeParse(parsed(text));
  if (!read.success) return [`has another form than documented: ${z.prettifyError(read.error)}: ${text.slice(0, 300)}`];
  return faultsOfResult(attempt, read.data);
}

function faultsOverSocket(attempt: Attempt, closeCode: number | undefined, texts: readonly string[]): string[] {
  const faults = CLOSE_CODES.has(closeCode) ? [] : [`closes the socket with ${closeCode}`];
  for (const text of texts) {
    const read = frame.safeParse(parsed(text));
    if (!read.success) faults.push(`says what the protocol does not know: ${text.slice(0, 300)}`);
    else if (read.data.type === 'next') faults.push(...faultsOfResult(attempt, read.data.payload));
    else if (read.data.type === 'error') faults.push(...faultsOfResult(attempt, { errors: read.data.payload }));
    else if (read.data.type === 'connection_ack' && SIGNED_OUT.has(attempt.caller)) faults.push('lets in somebody who has not signed in');
  }
  return faults;
}

function faultsOfResult(attempt: Attempt, { data, errors = [] }: Result): string[] {
  const codes = errors.map(({ extensions }) => extensions.code);
  const faults = codes.includes('INTERNAL_SERVER_ERROR') ? [`fails by a fault of the service at ${errors.map((error) => error.path?.filter((part) => typeof part === 'string').join('.')).join()}`] : [];
  if (errors.some(({ extensions }) => extensions.code === 'BAD_USER_INPUT' && extensions.problems.length === 0)) faults.push(`names no problem: ${errors[0]?.message}`);
  if (!SIGNED_OUT.has(attempt.caller)) return faults;
  if (data) faults.push('answers somebody who has not signed in');
  return [...faults, ...codes.filter((code) => !SIGNED_OUT_CODES.has(code)).map((code) => `answers somebody who has not signed in with ${code}`)];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text; // what is no JSON has another form than documented, and is told as it is
  }
}
