import type { Session } from '../auth/session.js';
import type { Database } from '../db/database.js';
import { refuseIfAny, type Problem } from '../kernel/errors.js';
import { isId, newId } from '../kernel/ids.js';
import type { JsonObject } from '../kernel/json.js';
import { nameProblems } from '../kernel/names.js';
import { parseWith, type Registry } from '../registry/registry.js';
import type { Connection } from './connection.entity.js';
import type { ConnectionStore } from './connection.store.js';

export interface NewConnection {
  readonly provider: string;
  readonly name: string;
  readonly settings: JsonObject;
}

/** The tenants that this service may act on. */
export class ConnectionService {
  constructor(private readonly deps: { database: Database; connections: ConnectionStore; registry: Registry }) {}

  async create(session: Session, input: NewConnection): Promise<Connection> {
    session.assert('connection:write');
    const settings = this.checkSettings(input);
    const connection: Connection = {
      id: newId('connection'),
      name: input.name.trim(),
      providerId: input.provider,
      settings,
      revision: 1,
      createdBy: session.actor,
      createdAt: new Date(),
    };
    await this.deps.database.transact((tx) => this.deps.connections.insert(tx, connection));
    return connection;
  }

  all(session: Session): Promise<Connection[]> {
    session.assert('connection:read');
    return this.deps.connections.all(this.deps.database.reader);
  }

  /** What is found of these ids; a malformed or unknown one is simply not there. */
  async findByIds(session: Session, ids: readonly string[]): Promise<Connection[]> {
    session.assert('connection:read');
    return this.deps.connections.findByIds(this.deps.database.reader, ids.filter((id) => isId('connection', id)));
  }

  private checkSettings(input: NewConnection): JsonObject {
    const problems: Problem[] = nameProblems(input.name, ['input', 'name']);
    const provider = this.deps.registry.provider(input.provider);
    if (!provider) {
      const known = this.deps.registry.providers().map(({ id }) => id).join(', ');
      problems.push({ path: ['input', 'provider'], message: `There is no provider "${input.provider}"; there are: ${known}.` });
      refuseIfAny(problems);
      return {};
    }
    const parsed = parseWith(provider.plugin.provider.settings, input.settings, ['input', 'settings']);
    refuseIfAny([...problems, ...parsed.problems]);
    return parsed.value;
  }
}
