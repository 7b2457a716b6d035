import type { AuditTrail } from '../auth/audit-trail.js';
import type { Session } from '../auth/session.js';
import type { Database, Tx } from '../db/database.js';
import { DomainError, refuseIfAny, type Problem } from '../kernel/errors.js';
import { isId, newId, requireId } from '../kernel/ids.js';
import type { JsonObject } from '../kernel/json.js';
import { nameProblems } from '../kernel/names.js';
import { parseWith, type Registry, type RegisteredProvider } from '../registry/registry.js';
import type { ActionsInUse } from './actions-in-use.js';
import type { ConnectionChecker } from './connection-checker.js';
import type { ConnectionReader } from './connection-reader.js';
import type { Connection } from './connection.entity.js';
import type { ConnectionStore } from './connection.store.js';
import type { Consent, ConnectionHealth, ConnectionState } from './consent.machine.js';
import type { CredentialVault, SealedCredential } from './credential-vault.js';

export interface NewConnection {
  readonly provider: string;
  readonly name: string;
  readonly settings: JsonObject;
  readonly credential?: JsonObject | null | undefined;
}

/** A change of a connection; what is left out stays. */
export interface ConnectionChange {
  readonly id: string;
  /** The revision that its author read. */
  readonly revision: number;
  readonly name?: string | undefined;
  readonly settings?: JsonObject | undefined;
  /** null: the connection goes back to the credential of the environment. */
  readonly credential?: JsonObject | null | undefined;
}

interface Deps {
  readonly database: Database;
  readonly connections: ConnectionStore;
  readonly reader: ConnectionReader;
  readonly checker: ConnectionChecker;
  readonly vault: CredentialVault;
  readonly registry: Registry;
  readonly actionsInUse: ActionsInUse;
  readonly audit: AuditTrail;
}

/** The tenants that this service may act on. */
export class ConnectionService {
  constructor(private readonly deps: Deps) {}

  /** Saved first and checked then: a provider that does not answer is told in the connection's health, not by a refusal. */
  async create(session: Session, input: NewConnection): Promise<Connection> {
    session.assert('connection:write');
    const problems: Problem[] = nameProblems(input.name, ['input', 'name']);
    const { settings, credential } = this.checkInput(input.provider, input, problems);
    const connection: Connection = {
      id: newId('connection'),
      name: input.name.trim(),
      providerId: input.provider,
      settings: settings ?? {},
      revision: 1,
      createdBy: session.actor,
      createdAt: new Date(),
      consentAcceptedAt: null,
      consentConfirmedBy: null,
      consentConfirmedAt: null,
      deletedAt: null,
    };
    const sealed = credential && (await this.deps.vault.seal(connection.id, credential));
    await this.deps.database.transact(async (tx) => {
      await this.deps.connections.insert(tx, connection);
      await this.saveCredential(tx, connection.id, sealed);
      const { name, providerId, settings: saved } = connection;
      this.deps.audit.record(tx, { actor: session.actor, action: 'createConnection', subject: connection.id, details: { name, provider: providerId, settings: saved, hasCredential: Boolean(sealed) } });
    });
    await this.deps.checker.check(connection);
    return connection;
  }

  /** Other settings or another credential make everything that was known of the tenant void; it is checked at once. */
  async update(session: Session, input: ConnectionChange): Promise<Connection> {
    session.assert('connection:write');
    requireId('connection', input.id, ['input', 'id']);
    const found = await this.require(session, input.id);
    const problems: Problem[] = input.name === undefined ? [] : nameProblems(input.name, ['input', 'name']);
    const { settings, credential } = this.checkInput(found.providerId, input, problems);
    const sealed = credential && (await this.deps.vault.seal(input.id, credential));
    const isAnother = settings !== undefined || credential !== undefined;
    const connection = await this.deps.database.transact(async (tx) => {
      const current = await this.lock(tx, input.id, input.revision);
      const next: Connection = {
        ...current,
        name: input.name?.trim() ?? current.name,
        settings: settings ?? current.settings,
        revision: current.revision + 1,
        ...(isAnother && { consentAcceptedAt: null, consentConfirmedBy: null, consentConfirmedAt: null }),
      };
      await this.deps.connections.save(tx, next);
      await this.saveCredential(tx, input.id, sealed);
      if (isAnother) await this.deps.connections.forgetCheck(tx, input.id);
      const { name, settings: saved, revision } = next;
      this.deps.audit.record(tx, { actor: session.actor, action: 'updateConnection', subject: input.id, details: { name, settings: saved, revision, credential: sealed === undefined ? 'KEPT' : sealed === null ? 'REMOVED' : 'REPLACED' } });
      return next;
    });
    if (isAnother) await this.deps.checker.check(connection);
    return connection;
  }

  async delete(session: Session, id: string): Promise<Connection> {
    session.assert('connection:write');
    requireId('connection', id, ['input', 'id']);
    return this.deps.database.transact(async (tx) => {
      const connection = await this.lock(tx, id, undefined);
      await this.refuseIfUsed(tx, id);
      const deleted = { ...connection, deletedAt: new Date(), revision: connection.revision + 1 };
      await this.deps.connections.save(tx, deleted);
      await this.deps.connections.deleteCredential(tx, id);
      await this.deps.connections.deleteConsentRequests(tx, id);
      await this.deps.connections.forgetCheck(tx, id);
      this.deps.audit.record(tx, { actor: session.actor, action: 'deleteConnection', subject: id, details: { name: deleted.name } });
      return deleted;
    });
  }

  /** Looks now, and answers with what is true at this moment. */
  async check(session: Session, id: string): Promise<Connection> {
    session.assert('connection:consent');
    requireId('connection', id, ['input', 'connectionId']);
    const connection = await this.require(session, id);
    const { problem } = await this.deps.checker.check(connection);
    await this.deps.database.transact(async (tx) => this.deps.audit.record(tx, { actor: session.actor, action: 'checkConnection', subject: id, details: { problem: problem?.code ?? null } }));
    return connection;
  }

  all(session: Session): Promise<Connection[]> {
    session.assert('connection:read');
    return this.deps.connections.all(this.deps.database.reader, session.limits.connectionIds);
  }

  /** What is found of these ids, deleted ones too; a malformed or unknown one is simply not there. */
  async findByIds(session: Session, ids: readonly string[]): Promise<Connection[]> {
    session.assert('connection:read');
    return this.deps.connections.findByIds(this.deps.database.reader, ids.filter((id) => isId('connection', id) && session.seesConnection(id)));
  }

  consentsOf(session: Session, connections: readonly Connection[]): Promise<{ consent: Consent; health: ConnectionHealth }[]> {
    session.assert('connection:read');
    return this.deps.reader.consentsOf(this.deps.database.reader, connections);
  }

  statesByIds(session: Session, ids: readonly string[]): Promise<ConnectionState[]> {
    session.assert('connection:read');
    return this.deps.reader.statesByIds(this.deps.database.reader, ids);
  }

  private async require(session: Session, id: string): Promise<Connection> {
    const [connection] = session.seesConnection(id) ? await this.deps.connections.findByIds(this.deps.database.reader, [id]) : [];
    if (!connection || connection.deletedAt !== null) throw new DomainError('NOT_FOUND', `There is no connection ${id}.`);
    return connection;
  }

  private async lock(tx: Tx, id: string, revision: number | undefined): Promise<Connection> {
    const connection = await this.deps.connections.lock(tx, id);
    if (!connection) throw new DomainError('NOT_FOUND', `There is no connection ${id}.`);
    if (revision === undefined || revision === connection.revision) return connection;
    throw new DomainError('CONFLICT', `The connection is at revision ${connection.revision}, not ${revision}: somebody saved it since. Read it again and repeat the change.`, [
      { path: ['input', 'revision'], message: `The current revision is ${connection.revision}.` },
    ]);
  }

  private async refuseIfUsed(tx: Tx, id: string): Promise<void> {
    const names = [...new Set((await this.deps.actionsInUse(tx, [id])).map(({ playbookName }) => `"${playbookName}"`))];
    if (names.length === 0) return;
    throw new DomainError('PRECONDITION_FAILED', `The connection is used by ${names.join(', ')}: give their steps another connection, or remove them, first.`, [
      { path: ['input', 'id'], message: `Used by ${names.join(', ')}.` },
    ]);
  }

  private async saveCredential(tx: Tx, connectionId: string, sealed: SealedCredential | null | undefined): Promise<void> {
    if (sealed === null) await this.deps.connections.deleteCredential(tx, connectionId);
    else if (sealed) await this.deps.connections.saveCredential(tx, { connectionId, ...sealed, savedAt: new Date() });
  }

  /** The parsed settings, and the credential as it was given; all that is wrong with them is told at once. */
  private checkInput(providerId: string, input: { settings?: JsonObject | undefined; credential?: JsonObject | null | undefined }, problems: Problem[]): { settings: JsonObject | undefined; credential: JsonObject | null | undefined } {
    const provider = this.deps.registry.provider(providerId);
    if (!provider) {
      const known = this.deps.registry.providers().map(({ id }) => id).join(', ');
      refuseIfAny([...problems, { path: ['input', 'provider'], message: `There is no provider "${providerId.slice(0, 80)}"; there are: ${known}.` }]);
    }
    const definition = provider?.plugin.provider;
    const settings = input.settings && definition && parseWith(definition.settings, input.settings, ['input', 'settings']);
    const credentialProblems = input.credential ? checkCredential(provider, input.credential) : [];
    refuseIfAny([...problems, ...(settings?.problems ?? []), ...credentialProblems]);
    return { settings: settings?.value, credential: input.credential };
  }
}

function checkCredential(provider: RegisteredProvider | undefined, credential: JsonObject): Problem[] {
  const path = ['input', 'credential'];
  const schema = provider?.plugin.provider.credential;
  if (!schema) return [{ path, message: `Connections of ${provider?.id ?? 'this provider'} bring no credential of their own: it is set in the environment.` }];
  return parseWith(schema, credential, path).problems;
}
