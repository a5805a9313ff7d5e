import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SqlParser } from '../../src/sql/parser';
import { type OrmCalls, ormCalls } from '../support/orm-calls';
import { assertSameSql, type OracleCase } from '../support/same-sql';

const folder = join(import.meta.dirname, 'apps/prisma');

interface Application {
  readonly cases: readonly (readonly [name: string, run: () => Promise<unknown>])[];
  readonly recorder: { sent: { sql: string }[]; reset(): Promise<void>; close(): Promise<void> };
}

/** The client is made from the schema, as every program with Prisma does before it is built. No engine is needed for that. */
async function application(): Promise<Application> {
  const cli = join(import.meta.dirname, 'node_modules/prisma/build/index.js');
  const env = { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true', CHECKPOINT_DISABLE: '1' };
  const generate = (schema: string) =>
    promisify(execFile)(process.execPath, [cli, 'generate', '--schema', join(folder, schema)], { env, cwd: folder });
  await Promise.all([generate('schema'), generate('joined/schema.prisma')]);
  const { cases } = await import(join(folder, 'cases.ts'));
  const recorder = await import(join(folder, 'recorder.ts'));
  return { cases, recorder };
}

/** What the calls of a function send together, for each combination of their variants. */
function combined(calls: OrmCalls, name: string): string[][] {
  let all: string[][] = [[]];
  for (const { sent } of calls.in(name)) {
    all = all.flatMap((before) => sent.map((statements) => [...before, ...statements.map(({ sql }) => sql)]));
  }
  return all.filter((statements) => statements.length > 0);
}

/** Prisma looks first and then goes one of two ways; the one where the row is there is shown, and a note names the other. */
const reason = 'the row that is looked for is not there';
const absent = [
  'shapes.createConnectOrCreateOneNew',
  'shapes.cCommentsConnectOrCreateNew',
  'shapes.cProfileConnectOrCreate',
  'shapes.cTagsAllOps',
  'shapes.upsertNonNative',
  'shapes.upsertWithIncludeNew',
  'shapes.upIdNoCreateIdNew',
  'shapes.updateCommentsSet',
];

const known = [
  ...absent.map((name) => ({ case: name, reason })),
  { case: 'emailsOf', reason: 'calls of one tick are sent as one; each call is read by itself, and marked as batched' },
];

describe('What Prisma sends', () => {
  let parser: SqlParser;
  let calls: OrmCalls;
  let app: Application;

  before(async function () {
    this.timeout(60_000);
    parser = await SqlParser.load();
    [app, calls] = await Promise.all([application(), ormCalls(folder)]);
  });

  after(() => app?.recorder.close());

  it('is what its calls are read as', async function () {
    this.timeout(60_000);
    const { sent, reset } = app.recorder;
    const cases: OracleCase[] = [];
    for (const [name, run] of app.cases) {
      await reset();
      await run();
      const number = cases.filter((each) => each.name.split(' ')[0] === name).length;
      cases.push({
        name: number === 0 ? name : `${name} (${number + 1})`,
        real: sent.map(({ sql }) => sql),
        ours: combined(calls, name),
      });
    }
    assertSameSql(parser, cases, { atLeast: 90, known });
  });

  it('is all that is found: nothing in the generated client, nothing twice', () => {
    const names = new Set(app.cases.map(([name]) => name));
    const others = calls.calls.filter(({ name }) => !names.has(name)).map(({ file, name }) => `${file} ${name}`);
    assert.deepEqual(others, []);
  });
});
