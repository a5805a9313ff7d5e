import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { readModels } from '../../src/code/orms/supabase/models';
import { StatementBuilder } from '../../src/code/orms/supabase/statements';
import { statementOf } from '../../src/code/orms/support/sql-text';
import { WorkspaceTracer } from '../../src/code/resolve/tracer';
import { SqlParser } from '../../src/sql/parser';
import { type OrmCalls, ormCalls } from '../support/orm-calls';
import { type HttpRequest, postgrestRequest } from '../support/postgrest-request';
import { assertSameSql, type OracleCase } from '../support/same-sql';
import { wholePaths } from '../support/whole-paths';

const folder = join(import.meta.dirname, 'apps/supabase');

/** Values go as text, as they stand in a URL. */
const serializers = Object.fromEntries(Array.from({ length: 20_000 }, (_, oid) => [oid, String]));

interface Application {
  readonly cases: readonly (readonly [name: string, run: () => PromiseLike<unknown>])[];
  readonly sent: HttpRequest[];
}

/**
 * PostgREST is a program of its own, in Haskell, and comes with no package: what it makes of a request is derived here as
 * its source says it. So these tests show that a call is read as the request that the real client sends for it, and
 * that PostgreSQL takes the derived statements and answers with the rows that are meant; not that PostgREST's text is the same.
 */
describe('What supabase-js asks PostgREST for', () => {
  let parser: SqlParser;
  let calls: OrmCalls;
  let app: Application;
  let database: PGlite;

  before(async function () {
    this.timeout(60_000);
    parser = await SqlParser.load();
    calls = await ormCalls(folder);
    const { cases } = await import(join(folder, 'cases.ts'));
    const { sent } = await import(join(folder, 'recorder.ts'));
    app = { cases, sent };
    database = await PGlite.create();
    await database.exec(await readFile(join(folder, 'schema.sql'), 'utf8'));
  });

  after(() => database?.close());

  function derived(request: HttpRequest): { sql: string; values: (string | null)[] }[] {
    const models = readModels(new WorkspaceTracer(calls.program.files, wholePaths));
    const builder = new StatementBuilder(postgrestRequest(request), models);
    return builder.statements().map((text) => {
      const { sql, parameters } = statementOf(text);
      return { sql, values: parameters.map(({ constant }) => (constant === null ? null : String(constant))) };
    });
  }

  async function requestsOf(run: () => PromiseLike<unknown>): Promise<HttpRequest[]> {
    app.sent.length = 0;
    await run();
    return [...app.sent];
  }

  it('is what its calls are read as', async () => {
    const cases: OracleCase[] = [];
    for (const [name, run] of app.cases) {
      const requests = await requestsOf(run);
      let ours: string[][] = [[]];
      for (const { sent } of calls.in(name)) {
        ours = ours.flatMap((before) => sent.map((each) => [...before, ...each.map(({ sql }) => sql)]));
      }
      const number = cases.filter((each) => each.name.split(' ')[0] === name).length;
      cases.push({
        name: number === 0 ? name : `${name} (${number + 1})`,
        real: requests.flatMap((request) => derived(request).map(({ sql }) => sql)),
        ours: ours.filter((statements) => statements.length > 0),
      });
    }
    assertSameSql(parser, cases, { atLeast: 39, known: [] });
  });

  it('is SQL that the database takes', async () => {
    for (const [name, run] of app.cases) {
      for (const request of await requestsOf(run)) {
        for (const { sql, values } of derived(request)) {
          await database.exec('BEGIN');
          await assert.doesNotReject(database.query(sql, values, { serializers }), `${name}: ${sql}`);
          await database.exec('ROLLBACK');
        }
      }
    }
  });

  it('brings the rows that are embedded', async () => {
    const answers = async (name: string): Promise<unknown> => {
      const [, run] = app.cases.find((each) => each[0] === name) ?? assert.fail(name);
      const [request] = await requestsOf(run);
      const [first] = request ? derived(request) : [];
      return (await database.query(first?.sql ?? '', first?.values, { serializers })).rows;
    };
    assert.deepEqual(await answers('byColumn'), [
      { title: 'First', author: { name: 'Ann', profiles: { bio: 'Writes.' } } },
    ]);
    assert.deepEqual(await answers('withCounts'), [
      { id: 1, comments: [{ count: 2 }] },
      { id: 2, comments: [{ count: 1 }] },
      { id: 3, comments: [{ count: 0 }] },
    ]);
    assert.deepEqual(await answers('PostsRepository.reviewed'), [{ id: 1, reviewer: { email: 'ben@example.com' } }]);
    assert.deepEqual(await answers('spreadAuthor'), [
      { body: 'One', post_title: 'First' },
      { body: 'Two', post_title: 'First' },
      { body: 'Three', post_title: 'Second' },
    ]);
    assert.deepEqual(await answers('PostsRepository.ofTopic'), [
      {
        name: 'sql',
        posts: [
          { id: 1, title: 'First' },
          { id: 2, title: 'Second' },
        ],
      },
    ]);
  });

  it('is all that is found: files in a bucket are no rows', () => {
    const names = new Set(app.cases.map(([name]) => name));
    assert.deepEqual(
      calls.calls.filter(({ name }) => !names.has(name)).map(({ file, name }) => `${file} ${name}`),
      [],
    );
  });
});
