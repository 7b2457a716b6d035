import type { ErrorCode } from '../../../src/kernel/errors.js';
import type { GraphqlError, TestClient } from '../../support/test-client.js';
import type { Answer, Operation } from './operation.js';
import type { Things } from './things.js';

export type Asker = 'HTTP' | 'WebSocket';

interface Result {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly GraphqlError[];
}

/** Asks, and tells in one word what came of it. Whoever is refused must be told which permission it needs. */
export async function answerOf(operation: Operation, client: TestClient, things: Things, by: Asker, others: Things): Promise<Answer> {
  const variables = operation.variables?.(things) ?? {};
  const shown = operation.shows?.(things) ?? '';
  const result = by === 'HTTP' ? await client.send<Record<string, unknown>>(operation.document, variables) : await firstOf(client, operation.document, variables, shown, others);
  const code = codeOf(result, operation);
  if (code) return code;
  const [field] = Object.values(result.data ?? {});
  if (field === null) return 'NULL';
  return JSON.stringify(result.data).includes(shown) ? 'ALLOWED' : 'MISSING';
}

function codeOf({ errors }: Result, { needs }: Operation): ErrorCode | undefined {
  if (!errors) return undefined;
  const [error] = errors;
  if (errors.length !== 1 || !error) throw new Error(`Expected one error: ${JSON.stringify(errors)}`);
  const code = error.extensions.code as ErrorCode;
  const isTold = code !== 'FORBIDDEN' || needs.some((permission) => error.message.includes(permission));
  if (!isTold) throw new Error(`The refusal does not name ${needs.join(' or ')}: ${error.message}`);
  return code;
}

/** Runs of both sides start together and tell up to four states each: after so many of the other side's, one of this side would have come. */
const ENOUGH_OF_THE_OTHERS = 8;

/** Follows until what is looked for has come, or enough of the others', or there is a refusal; the last answer tells. */
async function firstOf(client: TestClient, query: string, variables: object, shown: string, others: Things): Promise<Result> {
  let ofTheOthers = 0;
  try {
    for await (const result of client.iterate(query, variables)) {
      if (result.errors) return result;
      const text = JSON.stringify(result.data);
      if (text.includes(others.playbookId)) ofTheOthers += 1;
      if ([shown, others.approvalId].some((found) => text.includes(found)) || ofTheOthers >= ENOUGH_OF_THE_OTHERS) return result;
    }
    throw new Error('The subscription ended before it told anything.');
  } catch (error) {
    if (Array.isArray(error)) return { errors: error as GraphqlError[] };
    const { reason } = error as { reason?: unknown };
    if (typeof reason !== 'string') throw error;
    return { errors: [{ message: reason, extensions: { code: reason } }] };
  }
}
