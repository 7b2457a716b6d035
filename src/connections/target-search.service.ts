import { isActionError, type ResolvedTarget, type TargetKind } from '@countermeasure/sdk';
import { LRUCache } from 'lru-cache';
import type { Limits } from '../auth/limits.js';
import type { Session } from '../auth/session.js';
import type { Database, Tx } from '../db/database.js';
import { DomainError, badInput } from '../kernel/errors.js';
import { requireId } from '../kernel/ids.js';
import type { ConnectionClients } from './connection-clients.js';
import type { Connection } from './connection.entity.js';
import type { Pace } from './pace.js';
import type { ConnectionStore } from './connection.store.js';

const DEFAULT_COUNT = 10;
const MAX_COUNT = 25;
const MAX_QUERY_LENGTH = 200;

/** Somebody who types asks for the same beginnings again and again; a directory does not change in between. */
const KEEP_FOUND_MS = 15_000;
const KEEP_FOUND_COUNT = 500;

export interface TargetSearch {
  readonly playbookId?: string | undefined;
  readonly connectionId?: string | undefined;
  readonly kind?: TargetKind | undefined;
  readonly query: string;
  readonly first?: number | undefined;
}

/** The connections that the steps of a playbook use; undefined when there is no such playbook within the limits. */
export type ConnectionsOfPlaybook = (tx: Tx, playbookId: string, limits: Limits) => Promise<readonly string[] | undefined>;

interface Deps {
  readonly database: Database;
  readonly connections: ConnectionStore;
  readonly clients: ConnectionClients;
  readonly pace: Pace;
  readonly connectionsOfPlaybook: ConnectionsOfPlaybook;
}

/** The picker: whom a playbook can be run against, found by part of a name. */
export class TargetSearchService {
  private readonly found = new LRUCache<string, readonly ResolvedTarget[]>({ max: KEEP_FOUND_COUNT, ttl: KEEP_FOUND_MS });

  constructor(private readonly deps: Deps) {}

  async search(session: Session, { kind = 'USER', first = DEFAULT_COUNT, ...search }: TargetSearch, signal: AbortSignal): Promise<readonly ResolvedTarget[]> {
    session.assert('target:search');
    const query = search.query.trim();
    if (first < 1 || first > MAX_COUNT) throw badInput(['first'], `first is a number from 1 to ${MAX_COUNT}.`);
    if (query.length > MAX_QUERY_LENGTH) throw badInput(['query'], `A search has at most ${MAX_QUERY_LENGTH} characters.`);
    const connections = await this.connectionsFor(session, search);
    if (query === '' || kind === 'NONE') return [];
    const perConnection = await Promise.all(connections.map((connection) => this.searchOne(connection, { kind, query, limit: first }, signal)));
    const targets = new Map(perConnection.flat().map((target) => [`${target.kind} ${target.id}`, target]));
    return [...targets.values()].slice(0, first);
  }

  private async connectionsFor(session: Session, { playbookId, connectionId }: TargetSearch): Promise<Connection[]> {
    if ((playbookId === undefined) === (connectionId === undefined)) throw badInput(['playbookId'], 'Say where to search: give either playbookId or connectionId.');
    const { database, connections } = this.deps;
    const ids = playbookId === undefined ? [connectionId ?? ''].filter((id) => session.seesConnection(id)) : await this.idsOfPlaybook(session, playbookId);
    if (playbookId === undefined) requireId('connection', connectionId ?? '', ['connectionId']);
    const found = (await connections.findByIds(database.reader, ids)).filter(({ deletedAt }) => deletedAt === null);
    if (found.length > 0) return found;
    if (playbookId === undefined) throw new DomainError('NOT_FOUND', `There is no connection ${connectionId}.`);
    throw new DomainError('PRECONDITION_FAILED', 'No step of the playbook has a connection yet: choose the tenant that it acts on, then search.');
  }

  private async idsOfPlaybook({ limits }: Session, playbookId: string): Promise<readonly string[]> {
    requireId('playbook', playbookId, ['playbookId']);
    const ids = await this.deps.connectionsOfPlaybook(this.deps.database.reader, playbookId, limits);
    if (!ids) throw new DomainError('NOT_FOUND', `There is no playbook ${playbookId}.`);
    return ids;
  }

  private async searchOne(connection: Connection, wanted: { kind: TargetKind; query: string; limit: number }, signal: AbortSignal): Promise<readonly ResolvedTarget[]> {
    const key = JSON.stringify([connection.id, connection.revision, wanted.kind, wanted.limit, wanted.query.toLowerCase()]);
    const kept = this.found.get(key);
    if (kept) return kept;
    try {
      const { provider, client } = await this.deps.clients.connect(connection);
      const targets = (await provider.plugin.provider.searchTargets?.({ client, ...wanted, signal })) ?? [];
      this.found.set(key, targets);
      return targets;
    } catch (error) {
      signal.throwIfAborted();
      if (isActionError(error) && error.trouble === 'THROTTLED') await this.deps.pace.failed(connection.id, error);
      throw explain(error, connection);
    }
  }
}

function explain(error: unknown, { name }: Connection): unknown {
  if (!isActionError(error)) return error;
  const message = [`${name} could not be searched: ${error.message}`, error.remedy].filter(Boolean).join(' ');
  return new DomainError(error.code === 'THROTTLED' ? 'RATE_LIMITED' : 'PRECONDITION_FAILED', message);
}
