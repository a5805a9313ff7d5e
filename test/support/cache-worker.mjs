// A process of a program with a generated cache: does what it is told, and tells what it asked of the database and when.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const { cache } = createRequire(join(process.argv[2], 'x.js'))('./cache.service.js');
const { Pool } = createRequire(import.meta.url)('pg');
const pool = new Pool({ connectionString: process.env.DATABASE_URL });

process.on('unhandledRejection', (error) => process.send({ unhandled: String(error) }));
console.warn = (...words) => process.send({ warned: words.join(' ') });

async function query(sql) {
  const start = Date.now();
  process.send({ sends: sql });
  const { rows } = await pool.query(sql);
  process.send({ sent: [start, Date.now()] });
  return rows;
}

const works = {
  read: ({ key, sql, seconds = 60 }) => cache.read({ key, tables: ['posts'], seconds }, () => query(sql)),
  write: ({ sql }) => cache.changing(['posts'], () => pool.query(sql).then(() => null)),
};

process.on('message', async ({ id, work, ...given }) => {
  try {
    process.send({ id, value: await works[work](given) });
  } catch (error) {
    process.send({ id, error: String(error) });
  }
});
process.send({ ready: true });
