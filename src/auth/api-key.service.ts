import { z } from 'zod';
import type { Database, Tx } from '../db/database.js';
import { DomainError, refuseIfAny, type Problem } from '../kernel/errors.js';
import { isId, newId, requireId } from '../kernel/ids.js';
import { nameProblems } from '../kernel/names.js';
import { generateKey, hashSecret, isSecretOf, parseKey } from './api-key-secret.js';
import type { ApiKey } from './api-key.entity.js';
import type { ApiKeyStore } from './api-key.store.js';
import type { ActorReference } from './actor.js';
import type { AuditTrail } from './audit-trail.js';
import { limitProblems, unknownProblems, type KeyLimits } from './key-limits.js';
import type { Role } from './permissions.js';
import { Session } from './session.js';

const NOTE_USE_EVERY_MS = 60_000;

/** Any number, the same in all processes: makes sure that only one of them makes the first key. */
const FIRST_KEY_LOCK = 7003;

export interface NewKey extends KeyLimits {
  readonly name: string;
  readonly roles: readonly Role[];
  readonly email?: string | undefined;
  readonly expiresAt?: Date | undefined;
}

/** A key that was just made, with its text: the only time that it is known. */
export interface CreatedKey {
  readonly apiKey: ApiKey;
  readonly text: string;
}

/** API keys: made, revoked, and held against what a request presents. */
export class ApiKeyService {
  /** `onRevoked` tells all processes that a key counts no more. */
  constructor(private readonly deps: { database: Database; apiKeys: ApiKeyStore; audit: AuditTrail; onRevoked: (id: string) => void }) {}

  /** For the operator at the command line, who owns the database anyway. */
  async create(input: NewKey): Promise<CreatedKey> {
    return this.insert(input, [], null);
  }

  async createBy(session: Session, input: NewKey): Promise<CreatedKey> {
    session.assert('api-key:write');
    return this.insert(input, ['input'], session.actor);
  }

  /** The first key of a new database; undefined when there are keys already. */
  async createFirst(): Promise<CreatedKey | undefined> {
    return this.deps.database.transact(async (tx) => {
      await tx.query('select pg_advisory_xact_lock($1)', [FIRST_KEY_LOCK]);
      if ((await this.deps.apiKeys.all(tx)).length > 0) return undefined;
      const created = make({ name: 'First admin key', roles: ['ADMIN'] });
      await this.keep(tx, created.apiKey, null);
      return created;
    });
  }

  list(): Promise<ApiKey[]> {
    return this.deps.apiKeys.all(this.deps.database.reader);
  }

  /** For the operator at the command line. */
  async revoke(id: string): Promise<void> {
    requireId('apiKey', id, ['id']);
    await this.end(id, null);
  }

  all(session: Session): Promise<ApiKey[]> {
    session.assert('api-key:read');
    return this.list();
  }

  /** What a key may do is for those to know who see API keys, and for whoever holds it; everybody else meets keys as actors, by name. */
  details(session: Session, key: ApiKey): ApiKey | undefined {
    return session.may('api-key:read') || session.actor.id === key.id ? key : undefined;
  }

  async revokeBy(session: Session, id: string): Promise<ApiKey> {
    session.assert('api-key:write');
    requireId('apiKey', id, ['input', 'id']);
    await this.end(id, session.actor);
    this.deps.onRevoked(id);
    const [key] = await this.findByIds([id]);
    if (!key) throw new Error(`The API key ${id} is gone.`);
    return key;
  }

  /** Those of the keys that would still be let in. */
  async activeAmong(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const now = new Date();
    return new Set((await this.findByIds(ids)).filter((key) => isValidAt(key, now)).map(({ id }) => id));
  }

  findByIds(ids: readonly string[]): Promise<ApiKey[]> {
    return this.deps.apiKeys.findByIds(this.deps.database.reader, ids.filter((id) => isId('apiKey', id)));
  }

  /** Whoever holds this key; undefined when it is none, or none that counts. */
  async signIn(text: string): Promise<Session | undefined> {
    const presented = parseKey(text);
    const found = presented && (await this.deps.apiKeys.findByPrefix(this.deps.database.reader, `cmk_${presented.prefix}`));
    const now = new Date();
    if (!found || !isSecretOf(found.secretHash, presented.secret) || !isValidAt(found, now)) return undefined;
    await this.noteUse(found, now);
    const { id, roles, email, expiresAt, playbookIds, connectionIds } = found;
    return new Session({ kind: 'API_KEY', id }, roles, { email: email ?? undefined, expiresAt: expiresAt ?? undefined, limits: { playbookIds, connectionIds } });
  }

  private async insert(input: NewKey, path: Problem['path'], actor: ActorReference | null): Promise<CreatedKey> {
    refuseIfAny(problemsOf(input, path));
    const created = make(input);
    refuseIfAny(unknownProblems(input, await this.deps.apiKeys.unknownLimits(this.deps.database.reader, created.apiKey), path));
    await this.deps.database.transact((tx) => this.keep(tx, created.apiKey, actor));
    return created;
  }

  private async keep(tx: Tx, apiKey: ApiKey, actor: ActorReference | null): Promise<void> {
    await this.deps.apiKeys.insert(tx, apiKey);
    const { name, prefix, roles, email, expiresAt, playbookIds, connectionIds } = apiKey;
    this.deps.audit.record(tx, { actor, action: 'createApiKey', subject: apiKey.id, details: { name, prefix, roles, email, expiresAt, playbookIds, connectionIds } });
  }

  private async end(id: string, actor: ActorReference | null): Promise<void> {
    await this.deps.database.transact(async (tx) => {
      const isRevoked = await this.deps.apiKeys.revoke(tx, id, new Date());
      if (!isRevoked) throw new DomainError('NOT_FOUND', `There is no API key ${id} that is still valid.`);
      this.deps.audit.record(tx, { actor, action: 'revokeApiKey', subject: id });
    });
  }

  private async noteUse(key: ApiKey, now: Date): Promise<void> {
    if (key.lastUsedAt && now.getTime() - key.lastUsedAt.getTime() < NOTE_USE_EVERY_MS) return;
    await this.deps.apiKeys.markUsed(this.deps.database.reader, key.id, now);
  }
}

function isValidAt({ revokedAt, expiresAt }: ApiKey, now: Date): boolean {
  return revokedAt === null && (expiresAt === null || expiresAt > now);
}

function problemsOf({ name, roles, email, expiresAt, ...limits }: NewKey, path: Problem['path']): Problem[] {
  const problems = nameProblems(name, [...path, 'name']);
  if (roles.length === 0) problems.push({ path: [...path, 'roles'], message: 'A key has at least one role.' });
  if (email !== undefined && !z.email().max(254).safeParse(email).success) problems.push({ path: [...path, 'email'], message: 'email must be one mail address, such as grace@contoso.example.' });
  if (expiresAt && expiresAt <= new Date()) problems.push({ path: [...path, 'expiresAt'], message: 'A key that has expired already is of no use.' });
  return [...problems, ...limitProblems(limits, path)];
}

function make({ name, roles, email, expiresAt, playbookIds, connectionIds }: NewKey): CreatedKey {
  const { prefix, secret, text } = generateKey();
  const apiKey: ApiKey = {
    id: newId('apiKey'),
    name: name.trim(),
    prefix: `cmk_${prefix}`,
    secretHash: hashSecret(secret),
    roles: [...new Set(roles)],
    email: email?.toLowerCase() ?? null,
    playbookIds: playbookIds ? [...new Set(playbookIds)] : null,
    connectionIds: connectionIds ? [...new Set(connectionIds)] : null,
    createdAt: new Date(),
    expiresAt: expiresAt ?? null,
    lastUsedAt: null,
    revokedAt: null,
  };
  return { apiKey, text };
}
