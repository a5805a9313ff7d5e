import assert from 'node:assert/strict';
import type pg from 'pg';
import { Server } from '../../../src/database/server';
import type { WhatIfPlanner } from '../../../src/database/what-if/planner';
import { checks } from '../../../src/guide/checks';
import type { CheckResult, GuideFix } from '../../../src/nouns/check';
import { runGuide } from '../../support/guide-run';
import { flushStatistics } from '../../support/health';
import { connectTo, gateOptions, type PostgresServer, startPostgres } from '../../support/postgres-server';
import { startWhatIf } from '../../support/what-if';

const databaseName = `o'dd "db" 1`;
const items = `"my-schema"."Order Items"`;

const schema = `
  CREATE EXTENSION pg_stat_statements;
  CREATE SCHEMA "my-schema";
  CREATE TABLE "my-schema"."Select" (id int PRIMARY KEY, "Größe" text);
  CREATE TABLE ${items} ("Line No" int PRIMARY KEY, "Buyer's" int NOT NULL REFERENCES "my-schema"."Select", note text)
    WITH (autovacuum_enabled = false);
  INSERT INTO "my-schema"."Select" SELECT n, 'g' || n FROM generate_series(1, 2000) n;
  INSERT INTO ${items} SELECT n, 1 + n % 2000, md5(n::text) || md5((n + 1)::text) FROM generate_series(1, 300000) n;
  CREATE INDEX "by ""note""" ON ${items} (note);
  CREATE INDEX "by note twice" ON ${items} (note);
  CREATE TABLE "Empty; one" (id int);
  CREATE ROLE "web user" LOGIN; GRANT USAGE ON SCHEMA "my-schema" TO "web user"; GRANT SELECT ON ${items} TO "web user";
  ANALYZE`;

describe('A database, schema, tables, indexes and roles whose names need quoting', function () {
  this.timeout(180_000);

  let running: PostgresServer;
  let admin: pg.Client;
  let server: Server;
  let whatIf: WhatIfPlanner;
  const sessions: pg.Client[] = [];
  let results: ReadonlyMap<string, CheckResult>;

  before(async () => {
    whatIf = await startWhatIf();
    running = await startPostgres({
      settings: { shared_preload_libraries: 'pg_stat_statements', max_prepared_transactions: 5, autovacuum: 'off' },
    });
    const first = await connectTo(running.connectionString());
    await first.query(`CREATE DATABASE "${databaseName.replaceAll('"', '""')}"`);
    await first.end();
    admin = await connectTo(urlOf('postgres'));
    await admin.query(schema);
    // The rows that were loaded would speak against each index.
    await flushStatistics(admin);
    await admin.query('SELECT pg_stat_statements_reset(), pg_stat_reset()');
    // A statement alone: it fails, and leaves its index invalid.
    await admin
      .query(`CREATE UNIQUE INDEX CONCURRENTLY "not unique" ON ${items} (left(note, 1))`)
      .catch(() => undefined);
    for (let n = 0; n < 20; n++) await admin.query(`SELECT note FROM ${items} WHERE "Buyer's" = $1`, [n]);
    await admin.query(
      `DELETE FROM "my-schema"."Select" s WHERE NOT EXISTS (SELECT FROM ${items} i WHERE i."Buyer's" = s.id)`,
    );
    await admin.query(`DELETE FROM ${items} WHERE "Line No" > 60000`);
    const web = await session('web user');
    await web.query(`SET work_mem = '64kB'`);
    for (let n = 0; n < 15; n++) await web.query(`SELECT note FROM ${items} ORDER BY note OFFSET 50000`);
    const left = await session('web user', `it's "open"`);
    await left.query('BEGIN');
    await admin.query(`BEGIN; INSERT INTO "Empty; one" VALUES (1); PREPARE TRANSACTION 'it''s "prepared"'`);
    await flushStatistics(admin);
    const options = gateOptions({
      name: 'odd',
      source: 'settings',
      host: running.host,
      port: running.port,
      database: databaseName,
      user: running.superuser,
      ssl: 'disable',
      environment: 'development',
    });
    server = new Server(options);
    ({ results } = await runGuide(checks, options, { whatIf }));
  });

  after(async () => {
    for (const one of sessions) await one.end().catch(() => undefined);
    await server?.dispose();
    await whatIf?.dispose();
    await admin?.end();
    await running?.stop();
  });

  function urlOf(user: string, application = 'test'): string {
    const url = Object.assign(new URL(running.connectionString()), { username: encodeURIComponent(user) });
    url.pathname = `/${encodeURIComponent(databaseName)}`;
    url.searchParams.set('application_name', application);
    return url.href;
  }

  async function session(user: string, application?: string): Promise<pg.Client> {
    const client = await connectTo(urlOf(user, application));
    sessions.push(client);
    return client;
  }

  async function apply(fix: GuideFix): Promise<void> {
    switch (fix.kind) {
      case 'maintenance':
        await server.prepare(fix.task);
        await server.maintain(fix.task, { confirmed: true, onProgress: () => undefined });
        return;
      case 'statement':
      case 'setting':
        return server.run(fix.sql);
      case 'index':
        return server.createIndex(fix, { onProgress: () => undefined });
    }
  }

  it('are told as PostgreSQL takes them, and no number is impossible', () => {
    const told = JSON.stringify([...results.values()]);
    assert.match(told, /\\"my-schema\\".\\"Order Items\\"/);
    assert.doesNotMatch(told, /NaN|Infinity|undefined|-\d+ (?:ms|s|min|days|kB|MB|%)/);
    for (const [id, { says }] of results) assert.doesNotMatch(says, /defect/, id);
  });

  it('have fixes of which every statement runs', async () => {
    const fixes = [...results].flatMap(([id, { fixes: proposed = [] }]) => proposed.map((fix) => ({ id, fix })));
    const about = (kind: GuideFix['kind']) => fixes.filter(({ fix }) => fix.kind === kind).map(({ fix }) => fix.title);
    assert.ok(
      about('maintenance').some((title) => /VACUUM.*"my-schema"\."Order Items"/.test(title)),
      String(about('maintenance')),
    );
    assert.ok(
      about('maintenance').some((title) =>
        /DROP INDEX CONCURRENTLY "my-schema"\."(?:by ""note""|by note twice)"/.test(title),
      ),
    );
    assert.ok(about('maintenance').some((title) => /"my-schema"\."not unique"/.test(title)));
    assert.ok(
      about('index').some((title) => /Buyer's/.test(title)),
      String(about('index')),
    );
    const failed: string[] = [];
    // An invalid index is dropped or else built again: the first fix is the one that always works.
    const isElse = ({ id, fix }: (typeof fixes)[number]) =>
      /REINDEX.*"not unique"/.test(fix.title) && id.endsWith('invalid-indexes');
    for (const { id, fix } of fixes.filter((one) => !isElse(one))) {
      try {
        await apply(fix);
      } catch (error) {
        failed.push(`${id}: ${fix.title}: ${error instanceof Error ? error.message : error}`);
      }
    }
    assert.deepEqual(failed, []);
  });

  it('have fixes whose titles fit a menu', () => {
    const titles = [...results.values()].flatMap(({ fixes = [] }) => fixes.map(({ title }) => title));
    assert.deepEqual(
      titles.filter((title) => title.length > 80),
      [],
    );
  });
});
