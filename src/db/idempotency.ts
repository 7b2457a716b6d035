import { createHash } from 'node:crypto';
import { DomainError, badInput, refuseIfAny } from '../kernel/errors.js';
import { canonicalJson } from '../kernel/json.js';
import { textProblems } from '../kernel/names.js';
import { insertAll, type Tx } from './database.js';
import { IdempotencyKey } from './idempotency-key.entity.js';

const MAX_KEY_LENGTH = 200;

/** A mutation that starts work, as its caller named it. */
export interface KeyedRequest {
  readonly actorId: string;
  readonly mutation: string;
  readonly key: string | undefined;
  readonly input: unknown;
}

/**
 * Does the work once per key: the same key with the same input answers with the first result, with another input it is
 * refused. The key is kept in the work's own transaction, so either both are there or neither.
 */
export async function onceByKey(tx: Tx, request: KeyedRequest, work: () => Promise<string>): Promise<{ resultId: string; isRepeat: boolean }> {
  const { actorId, mutation, key } = request;
  if (key === undefined) return { resultId: await work(), isRepeat: false };
  refuseIfAny(textProblems(key, ['input', 'idempotencyKey']));
  if (key.length === 0 || key.length > MAX_KEY_LENGTH) throw badInput(['input', 'idempotencyKey'], `An idempotency key has 1 to ${MAX_KEY_LENGTH} characters.`);

  // Two requests with one key at the same instant: the second waits here for the first one's commit.
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`${actorId} ${mutation} ${key}`]);
  const inputHash = createHash('sha256').update(canonicalJson(request.input)).digest('hex');
  const first = await tx.findOneBy(IdempotencyKey, { actorId, mutation, key });
  if (first) {
    if (first.inputHash === inputHash) return { resultId: first.resultId, isRepeat: true };
    throw new DomainError('IDEMPOTENCY_CONFLICT', `The idempotency key "${key}" was used before with another input. Use a new key for a new request.`);
  }
  const resultId = await work();
  await insertAll(tx, IdempotencyKey, [{ actorId, mutation, key, inputHash, resultId, createdAt: new Date() }]);
  return { resultId, isRepeat: false };
}
