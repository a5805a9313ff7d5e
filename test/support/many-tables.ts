import pg from 'pg';

/** Tables that one transaction makes: each holds a lock until its end. */
const atOnce = 1_000;

/** `tenant_1`, `tenant_2`, …: one row each, and one that is dead. `atOnce` divides their number. */
export async function makeTables(connectionString: string, tables: number): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    for (let from = 1; from <= tables; from += atOnce) {
      await client.query(`DO $$ BEGIN FOR n IN ${from}..${from + atOnce - 1} LOOP
        EXECUTE format('CREATE TABLE tenant_%s (id int PRIMARY KEY)', n);
        EXECUTE format('INSERT INTO tenant_%s VALUES (1), (2)', n);
        EXECUTE format('DELETE FROM tenant_%s WHERE id = 1', n); END LOOP; END $$`);
    }
  } finally {
    await client.end();
  }
}
