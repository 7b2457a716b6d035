import { In } from 'typeorm';
import { insertAll, type Tx } from '../db/database.js';
import { Connection } from './connection.entity.js';

export class ConnectionStore {
  async insert(tx: Tx, connection: Connection): Promise<void> {
    await insertAll(tx, Connection, [connection]);
  }

  findByIds(tx: Tx, ids: readonly string[]): Promise<Connection[]> {
    return tx.findBy(Connection, { id: In([...ids]) });
  }

  all(tx: Tx): Promise<Connection[]> {
    return tx.find(Connection, { order: { id: 'ASC' } });
  }
}
