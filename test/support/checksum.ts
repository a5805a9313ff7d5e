import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type pg from 'pg';

/** Every row of every table, every sequence's state, every large object, role and setting, and the files of a folder. */
export async function checksum(admin: pg.Client, folder: string): Promise<string> {
  const hash = createHash('sha256');
  const add = async (sql: string) => hash.update(JSON.stringify((await admin.query(sql)).rows));
  const { rows } = await admin.query<{ name: string; kind: string }>(
    `SELECT oid::regclass::text AS name, relkind AS kind FROM pg_class WHERE relkind IN ('r', 'm', 'S')
       AND relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace) ORDER BY 1`,
  );
  for (const { name, kind } of rows) {
    if (kind === 'S') await add(`SELECT last_value, is_called FROM ${name}`);
    else await add(`SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) FROM ${name} AS t`);
  }
  await add(
    "SELECT relname, relkind, relnatts FROM pg_class WHERE oid >= 16384 AND relkind IN ('r','v','i','S') ORDER BY oid",
  );
  await add('SELECT proname FROM pg_proc WHERE oid >= 16384 ORDER BY oid');
  await add('SELECT loid::text, data FROM pg_largeobject ORDER BY 1, pageno');
  await add('SELECT rolname, rolsuper FROM pg_roles ORDER BY 1');
  await add('SELECT setrole::text, setconfig FROM pg_db_role_setting ORDER BY 1');
  await add("SELECT locktype, objid::text FROM pg_locks WHERE locktype = 'advisory' ORDER BY 2");
  for (const file of (await readdir(folder)).sort()) {
    hash.update(file).update(await readFile(path.join(folder, file)));
  }
  return hash.digest('hex');
}
