import { isActionError } from '@countermeasure/sdk';
import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { ActorReference } from '../auth/actor.js';
import type { AuditTrail } from '../auth/audit-trail.js';
import type { Session } from '../auth/session.js';
import type { Database } from '../db/database.js';
import { DomainError } from '../kernel/errors.js';
import { requireId } from '../kernel/ids.js';
import type { Registry } from '../registry/registry.js';
import type { ConnectionCheck } from './connection-check.entity.js';
import type { ConnectionChecker } from './connection-checker.js';
import type { ConnectionClients } from './connection-clients.js';
import type { WakeCheck } from './connection-queue.js';
import type { ConnectionReader } from './connection-reader.js';
import type { Connection } from './connection.entity.js';
import type { ConnectionStore } from './connection.store.js';
import type { Consent } from './consent.machine.js';

/** Long enough to send the link to an administrator and have it opened. */
export const LINK_LIVES_MS = 60 * 60_000;

/** A granted permission often works at once and sometimes takes a while: so the page that shows the result waits this long, and no longer. */
const LOOK_AFTER_MS = [0, 1_000, 2_000];

export const CALLBACK_PATH = '/consent/callback';

/** What became of an answer, for the page that the administrator lands on. */
export type ConsentOutcome =
  | { readonly kind: 'REFUSED'; readonly title: string; readonly message: string; readonly remedy: string }
  | { readonly kind: 'ANSWERED'; readonly connection: Connection; readonly consent: Consent; readonly problem: string | null };

interface Deps {
  readonly database: Database;
  readonly connections: ConnectionStore;
  readonly reader: ConnectionReader;
  readonly checker: ConnectionChecker;
  readonly clients: ConnectionClients;
  readonly registry: Registry;
  readonly wakeCheck: WakeCheck;
  /** Whether somebody who once was let in still is. */
  readonly isActorActive: (actor: ActorReference) => Promise<boolean>;
  readonly publicUrl: () => string;
  readonly audit: AuditTrail;
}

/** Admin consent: the link that asks for it, the answer that comes back, and the confirmation that somebody saw it. */
export class ConsentService {
  constructor(private readonly deps: Deps) {}

  /** A new link, good once and for an hour; undefined when the provider asks nobody, or this session may not ask. */
  async link(session: Session, connection: Connection): Promise<string | undefined> {
    const { registry, clients, connections, database, publicUrl } = this.deps;
    const provider = registry.provider(connection.providerId);
    const consent = provider?.plugin.provider.consent;
    if (!provider || !consent || connection.deletedAt !== null || !session.may('connection:consent')) return undefined;
    const credential = await clients.credentialOf(connection);
    const state = randomBytes(32).toString('base64url');
    const url = consent.url({
      settings: connection.settings,
      environment: provider.environment,
      credential: credential && provider.plugin.provider.credential?.parse(credential),
      state,
      redirectUri: `${publicUrl()}${CALLBACK_PATH}`,
    });
    if (url === undefined) return undefined;
    const askedAt = new Date();
    const expiresAt = new Date(askedAt.getTime() + LINK_LIVES_MS);
    await connections.insertConsentRequest(database.reader, { stateHash: hash(state), connectionId: connection.id, askedBy: session.actor, askedAt, expiresAt, usedAt: null });
    return url;
  }

  /** Somebody says that access was granted: it is looked at, and refused while it is not true. */
  async confirm(session: Session, connectionId: string): Promise<Connection> {
    session.assert('connection:consent');
    const connection = await this.require(session, connectionId);
    const check = await this.deps.checker.check(connection);
    const { consent } = await this.deps.reader.consentOf(this.deps.database.reader, connection);
    refuseUnlessGranted(check, consent);
    return this.deps.database.transact(async (tx) => {
      const current = await this.deps.connections.lock(tx, connectionId);
      if (!current) throw notFound(connectionId);
      if (current.revision !== connection.revision) throw new DomainError('CONFLICT', 'Somebody changed the connection at the same time. Read it again.');
      const confirmed = { ...current, consentConfirmedBy: session.actor, consentConfirmedAt: new Date() };
      await this.deps.connections.save(tx, confirmed);
      this.deps.audit.record(tx, { actor: session.actor, action: 'confirmConsent', subject: connectionId, details: { granted: consent.granted } });
      return confirmed;
    });
  }

  /**
   * What an administrator's browser brings back from the provider. Anybody can come here with anything: only a state that
   * we handed out counts, once, and what was granted is proved by a token, not by these parameters.
   */
  async complete(parameters: Readonly<Record<string, string>>): Promise<ConsentOutcome> {
    const redeemed = await this.redeem(parameters['state'] ?? '');
    if ('kind' in redeemed) return redeemed;
    const { connection, askedBy } = redeemed;
    const provider = this.deps.registry.provider(connection.providerId);
    const consent = provider?.plugin.provider.consent;
    if (!provider || !consent) return refused('This provider is not loaded any more.', 'Its plugin is missing from the configuration.', 'List it in PLUGINS and start the service again.');
    try {
      const { tenantId } = consent.readAnswer({ settings: connection.settings, parameters });
      return await this.proved(connection, askedBy, tenantId);
    } catch (error) {
      if (!isActionError(error)) throw error;
      return refused('Access was not granted.', error.message, error.remedy ?? 'Ask for a new link and open it again.');
    }
  }

  private async redeem(state: string): Promise<{ connection: Connection; askedBy: ActorReference } | ConsentOutcome> {
    const { database, connections, isActorActive } = this.deps;
    const now = new Date();
    const request = state === '' ? null : await database.transact(async (tx) => {
      const found = await connections.useConsentRequest(tx, hash(state), now);
      if (found?.usedAt === null) this.deps.audit.record(tx, { actor: found.askedBy, action: 'useConsentLink', subject: found.connectionId });
      return found;
    });
    if (!request) return refused('This link is not known here.', 'The answer does not belong to any link that was handed out.', NEW_LINK);
    if (request.usedAt) return refused('This link was used before.', 'A link is good for one answer.', NEW_LINK);
    if (request.expiresAt < now) return refused('This link has expired.', 'A link is good for an hour. If you granted access, it was granted all the same, and the next check of the connection finds it.', NEW_LINK);
    if (!(await isActorActive(request.askedBy))) return refused('This link is not valid any more.', 'Whoever asked for it has lost access to Countermeasure since.', NEW_LINK);
    const [connection] = await connections.findByIds(database.reader, [request.connectionId]);
    if (!connection || connection.deletedAt !== null) return refused('This connection was deleted.', 'Nothing was changed here.', 'Close this page. To take the access back, remove the app from the tenant\'s enterprise applications.');
    return { connection, askedBy: request.askedBy };
  }

  private async proved(connection: Connection, askedBy: ActorReference, answeredTenantId: string | undefined): Promise<ConsentOutcome> {
    const { database, connections, reader, checker, wakeCheck } = this.deps;
    for (const lookAfterMs of LOOK_AFTER_MS) {
      await delay(lookAfterMs);
      const { tenantId } = await checker.check(connection);
      if (answeredTenantId !== undefined && tenantId !== null && answeredTenantId.toLowerCase() !== tenantId.toLowerCase()) {
        return refused('That was another tenant.', `Access was granted in the tenant ${answeredTenantId.slice(0, 60)}, and this connection is to ${tenantId}.`, 'Sign in to the right tenant, and open a new link.');
      }
      const { consent } = await reader.consentOf(database.reader, connection);
      if (consent.status === 'GRANTED') break;
    }
    const accepted = await database.transact(async (tx) => {
      const current = await connections.lock(tx, connection.id);
      if (!current) return connection;
      const next = { ...current, consentAcceptedAt: new Date() };
      await connections.save(tx, next);
      await wakeCheck(tx, connection.id);
      this.deps.audit.record(tx, { actor: askedBy, action: 'acceptConsent', subject: connection.id, details: { tenantId: answeredTenantId ?? null } });
      return next;
    });
    const result = await reader.consentOf(database.reader, accepted);
    return { kind: 'ANSWERED', connection: accepted, consent: result.consent, problem: result.health.problem };
  }

  private async require(session: Session, connectionId: string): Promise<Connection> {
    requireId('connection', connectionId, ['input', 'connectionId']);
    const [connection] = session.seesConnection(connectionId) ? await this.deps.connections.findByIds(this.deps.database.reader, [connectionId]) : [];
    if (!connection || connection.deletedAt !== null) throw notFound(connectionId);
    return connection;
  }
}

const NEW_LINK = 'Nothing was changed. Ask for a new link in Countermeasure and open that one.';

function refused(title: string, message: string, remedy: string): ConsentOutcome {
  return { kind: 'REFUSED', title, message, remedy };
}

function notFound(connectionId: string): DomainError {
  return new DomainError('NOT_FOUND', `There is no connection ${connectionId}.`);
}

function refuseUnlessGranted({ problem }: ConnectionCheck, { missing }: Consent): void {
  const path = ['input', 'connectionId'];
  if (problem && problem.code !== 'CONSENT_MISSING') {
    const message = [problem.message, problem.remedy].filter(Boolean).join(' ');
    throw new DomainError('PRECONDITION_FAILED', `Access cannot be confirmed, because the connection does not work: ${message}`, [{ path, message }]);
  }
  if (missing.length > 0) {
    const problems = missing.map(({ name, reason }) => ({ path: [...path, name], message: `${name} has not been granted: ${reason}` }));
    throw new DomainError('PRECONDITION_FAILED', `Access has not been granted: ${missing.map(({ name }) => name).join(', ')} is missing. An administrator of the tenant opens the connection's admin-consent link first.`, problems);
  }
  if (problem) throw new DomainError('PRECONDITION_FAILED', `Access has not been granted: ${problem.message}`, [{ path, message: problem.message }]);
}

function hash(state: string): Buffer {
  return createHash('sha256').update(state).digest();
}
