import { In, IsNull, LessThan } from 'typeorm';
import { insertAll, upsert, type Tx } from '../db/database.js';
import { ConnectionCheck } from './connection-check.entity.js';
import { ConnectionCredential } from './connection-credential.entity.js';
import { Connection } from './connection.entity.js';
import { ConsentRequest } from './consent-request.entity.js';

export class ConnectionStore {
  async insert(tx: Tx, connection: Connection): Promise<void> {
    await insertAll(tx, Connection, [connection]);
  }

  async save(tx: Tx, connection: Connection): Promise<void> {
    await upsert(tx, Connection, connection, ['id']);
  }

  /** Deleted ones too: their runs stay readable. */
  findByIds(tx: Tx, ids: readonly string[]): Promise<Connection[]> {
    return tx.findBy(Connection, { id: In([...ids]) });
  }

  /** `ids`: only these; null: all. */
  all(tx: Tx, ids: readonly string[] | null): Promise<Connection[]> {
    return tx.find(Connection, { where: { deletedAt: IsNull(), ...(ids && { id: In([...ids]) }) }, order: { id: 'ASC' } });
  }

  /** A connection that is there, locked until the transaction ends. */
  lock(tx: Tx, id: string): Promise<Connection | null> {
    return tx.createQueryBuilder(Connection, 'connection').setLock('pessimistic_write').where({ id }).andWhere('deleted_at is null').getOne();
  }

  checksOf(tx: Tx, connectionIds: readonly string[]): Promise<ConnectionCheck[]> {
    return tx.findBy(ConnectionCheck, { connectionId: In([...connectionIds]) });
  }

  async saveCheck(tx: Tx, check: ConnectionCheck): Promise<void> {
    await upsert(tx, ConnectionCheck, check, ['connectionId']);
  }

  /** What was found with other settings says nothing about these. */
  async forgetCheck(tx: Tx, connectionId: string): Promise<void> {
    await tx.delete(ConnectionCheck, { connectionId });
  }

  /** The connections whose last check is older than this, or that have had none, or whose circuit waits for one. */
  async dueForCheck(tx: Tx, olderThan: Date): Promise<string[]> {
    const rows = await tx.query<{ id: string }[]>(
      `select id from connection left join connection_check looked on looked.connection_id = id left join connection_pace pace on pace.connection_id = id
       where deleted_at is null and (checked_at is null or checked_at < $1 or open_until < now() - interval '10 seconds') order by checked_at nulls first`,
      [olderThan],
    );
    return rows.map(({ id }) => id);
  }

  findCredential(tx: Tx, connectionId: string): Promise<ConnectionCredential | null> {
    return tx.findOneBy(ConnectionCredential, { connectionId });
  }

  credentialsNotUnder(tx: Tx, keyId: string): Promise<ConnectionCredential[]> {
    return tx.createQueryBuilder(ConnectionCredential, 'credential').setLock('pessimistic_write').where('key_id <> :keyId', { keyId }).getMany();
  }

  async saveCredential(tx: Tx, credential: ConnectionCredential): Promise<void> {
    await upsert(tx, ConnectionCredential, credential, ['connectionId']);
  }

  async deleteCredential(tx: Tx, connectionId: string): Promise<void> {
    await tx.delete(ConnectionCredential, { connectionId });
  }

  async insertConsentRequest(tx: Tx, request: ConsentRequest): Promise<void> {
    await insertAll(tx, ConsentRequest, [request]);
  }

  /** Marks a request as used and answers it as it was before; of two at the same instant, the second sees the mark. */
  async useConsentRequest(tx: Tx, stateHash: Buffer, usedAt: Date): Promise<ConsentRequest | null> {
    const request = await tx.createQueryBuilder(ConsentRequest, 'request').setLock('pessimistic_write').where({ stateHash }).getOne();
    if (request?.usedAt === null) await tx.update(ConsentRequest, { stateHash }, { usedAt });
    return request;
  }

  async deleteConsentRequests(tx: Tx, connectionId: string): Promise<void> {
    await tx.delete(ConsentRequest, { connectionId });
  }

  async deleteConsentRequestsExpiredBefore(tx: Tx, before: Date): Promise<void> {
    await tx.delete(ConsentRequest, { expiresAt: LessThan(before) });
  }
}
