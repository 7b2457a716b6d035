import pg from 'pg';

/**
 * The role that the service works as, and its database. It owns what it makes but is no superuser, so that privileges bind
 * it: it cannot change the audit log. Does nothing where all of it is there already.
 */
export async function prepareDatabase(adminUrl: string, { role, password, database }: { role: string; password: string; database: string }): Promise<void> {
  await asAdmin(adminUrl, 'postgres', async (client) => {
    const roles = await client.query('select from pg_roles where rolname = $1', [role]);
    if (roles.rowCount === 0) await client.query(`create role ${role} login password ${pg.escapeLiteral(password)}`);
    const owners = await client.query<{ owner: string }>('select pg_get_userbyid(datdba) as owner from pg_database where datname = $1', [database]);
    if (owners.rowCount === 0) await client.query(`create database ${database} owner ${role}`);
    else if (owners.rows[0]?.owner !== role) await adopt(adminUrl, client, role, database);
  });
}

/** What an earlier version made as superuser passes to the role; the database last, so that a start that was cut off begins anew. */
async function adopt(adminUrl: string, onServer: pg.Client, role: string, database: string): Promise<void> {
  await asAdmin(adminUrl, database, async (client) => {
    await client.query('begin');
    for (const { statement } of (await client.query<{ statement: string }>(ADOPTIONS, [role])).rows) await client.query(statement);
    await client.query('commit');
  });
  await onServer.query(`alter database ${database} owner to ${role}`);
}

const ADOPTIONS = `
with ours as (select oid, nspname from pg_namespace where nspname in ('public', 'graphile_worker'))
select format('alter schema %I owner to %I', nspname, $1::text) as statement from ours
union all
select format('alter %s %s owner to %I', case c.relkind when 'v' then 'view' when 'S' then 'sequence' else 'table' end, c.oid::regclass, $1)
from pg_class c join ours on ours.oid = c.relnamespace
where c.relkind in ('r', 'p', 'v', 'S') and not exists (select from pg_depend d where d.objid = c.oid and d.deptype in ('a', 'i', 'e'))
union all
select format('alter %s %s owner to %I', case p.prokind when 'p' then 'procedure' else 'function' end, p.oid::regprocedure, $1)
from pg_proc p join ours on ours.oid = p.pronamespace where not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
union all
select format('alter type %s owner to %I', t.oid::regtype, $1)
from pg_type t join ours on ours.oid = t.typnamespace
where t.typtype in ('e', 'd') or (t.typtype = 'c' and exists (select from pg_class c where c.oid = t.typrelid and c.relkind = 'c'))`;

async function asAdmin(adminUrl: string, database: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl.replace(/\/[^/]*$/, `/${database}`) });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
