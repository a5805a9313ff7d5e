import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Analyzer } from '../../../src/analysis/analyzer';
import { type CheckOptions, type CheckResult, checkFiles } from '../../../src/analysis/check-files';
import { readSource, sourceFiles } from '../../../src/analysis/source-files';
import type { ExplainRequest, Target } from '../../../src/database/planner';
import { Problem } from '../../../src/nouns/problem';
import { parsePlan } from '../../../src/plan/parse-plan';
import { snapshotOf } from '../../support/rule-contexts';

/** A plan that costs enough for every rule to look at it. */
const scan = { 'Node Type': 'Seq Scan', 'Relation Name': 'posts', Alias: 'posts', 'Total Cost': 5000, 'Plan Rows': 10 };

/** Answers what the test says; a real server's answers are in test/postgres. */
class TestTarget implements Target {
  readonly kind = 'server';
  readonly label = 'blog@localhost:5432';
  readonly key = 'blog@localhost:5432';
  readonly generation = 1;
  readonly asked: string[] = [];
  atOnce = 0;
  mostAtOnce = 0;
  readonly #answer: (request: ExplainRequest) => unknown;

  constructor(answer: (request: ExplainRequest) => unknown = () => scan) {
    this.#answer = answer;
  }

  async explain(request: ExplainRequest) {
    this.asked.push(request.statement.text);
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.atOnce);
    await new Promise((resolve) => setImmediate(resolve));
    this.atOnce--;
    return { plan: parsePlan([{ Plan: this.#answer(request) }], request.mode), notices: [] };
  }

  async snapshot() {
    return snapshotOf();
  }
}

describe('checking files', () => {
  let analyzer: Analyzer;
  let folder: string;
  const said: string[] = [];

  beforeEach(async () => {
    analyzer = await Analyzer.load({ grammarFolder: 'dist/grammars', folders: [] });
    folder = await mkdtemp(join(tmpdir(), 'planlight-check-'));
    said.length = 0;
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function file(name: string, content: string | Uint8Array): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, content);
    return path;
  }
  const check = (paths: readonly string[], target?: Target, more: Partial<CheckOptions> = {}): Promise<CheckResult> =>
    checkFiles(paths, { analyzer, target, mode: 'estimate', onLeftAlone: (sentence) => said.push(sentence), ...more });
  const rules = ({ files }: CheckResult) =>
    files.flatMap(({ judgements }) => judgements.flatMap(({ findings }) => findings.map(({ rule }) => rule)));

  it('goes on when a file is deleted after it was listed', async () => {
    const gone = await file('a.sql', 'SELECT 1;');
    const kept = await file('b.sql', 'SELECT * FORM posts;');
    const paths = await sourceFiles([folder], assert.fail);
    assert.deepEqual(paths, [gone, kept]);
    await rm(gone);
    const result = await check(paths, new TestTarget());
    assert.deepEqual(rules(result), ['syntax-error']);
    assert.deepEqual(said, []);
  });

  it('leaves binary and very long files alone and says so', async () => {
    const binary = await file(
      'a.sql',
      Uint8Array.from({ length: 5_000 }, (_, n) => (n * 7) % 256),
    );
    const long = await file('b.sql', "INSERT INTO posts VALUES ('x');\n".repeat(320_000));
    const result = await check([binary, long], new TestTarget(() => assert.fail()));
    assert.deepEqual(result.files, []);
    assert.deepEqual(said, [
      `${binary} is left alone: it is binary.`,
      `${long} is left alone: 9.8 MB is more than 1.9 MB.`,
    ]);
  });

  it('leaves a source file alone that is too deeply nested, and reads the others', async () => {
    const deep = await file('a.js', `db.query('SELECT 1'${"\n + ' '".repeat(20_000)});\ndb.query('SELECT * FORM a');`);
    const other = await file('b.js', "db.query('SELECT * FORM b');");
    const result = await check([deep, other]);
    assert.ok(rules(result).includes('syntax-error'));
    assert.deepEqual(said, [`${deep} is left alone: it is too deeply nested to read.`]);
  });

  it('reads CRLF, byte order marks, UTF-16 and bytes that are no UTF-8', async () => {
    const text = 'SELECT 1;\r\n\r\nSELECT * FORM posts;\r\n';
    const forms: Record<string, Uint8Array> = {
      crlf: Buffer.from(text),
      bom: Buffer.from(`\ufeff${text}`),
      utf16: Buffer.from(`\ufeff${text}`, 'utf16le'),
      invalid: Buffer.concat([
        Buffer.from("SELECT '"),
        Buffer.from([0xff, 0x80, 0xc3]),
        Buffer.from(`' AS a;\n${text}`),
      ]),
    };
    for (const [name, bytes] of Object.entries(forms)) {
      const path = await file(`${name}.sql`, bytes);
      const { files } = await check([path]);
      const [only] = files;
      const finding = only?.judgements.at(-1)?.findings[0];
      assert.equal(finding?.rule, 'syntax-error', name);
      assert.equal(only?.document.text.slice(finding?.range.start, finding?.range.end), 'FORM', name);
    }
    assert.deepEqual(said, []);
  });

  it('passes over what is no source file, and says so where it was named', async () => {
    const text = await file('notes.txt', 'SELECT 1');
    assert.deepEqual(await sourceFiles([text], (sentence) => said.push(sentence)), []);
    assert.deepEqual(said, [`${text} is left alone: its ending is none of a language that is read.`]);
    assert.deepEqual(await sourceFiles([folder], assert.fail), []);
  });

  it('says of a file that cannot be read why, and goes on', async () => {
    const path = join(folder, 'folder.sql');
    await mkdir(path);
    assert.equal(await readSource(path, (sentence) => said.push(sentence)), undefined);
    assert.deepEqual(said, [`${path} cannot be read: illegal operation on a directory.`]);
  });

  it('asks once for statements of the same text, and tells the finding at each', async () => {
    const target = new TestTarget(() => ({ ...scan, 'Node Type': 'Limit' }));
    const path = await file('a.sql', 'DELETE FROM posts;\n'.repeat(1_000));
    const result = await check([path], target);
    assert.equal(target.asked.length, 1);
    assert.equal(rules(result).length, 1_000);
  });

  it('plans 20 of 10,000 statements that differ in their values only, and counts the others', async () => {
    const target = new TestTarget();
    const numbers = Array.from({ length: 10_000 }, (_, n) => n);
    const path = await file('a.sql', numbers.map((n) => `SELECT * FROM posts WHERE id = ${n};\n`).join(''));
    const { alike, files } = await check([path], target);
    assert.equal(target.asked.length, 20);
    assert.equal(alike, 9_980);
    assert.equal(files[0]?.judgements.length, 10_000);
  });

  it('plans one of the rows that a seed file inserts', async () => {
    const target = new TestTarget();
    const path = await file(
      'a.sql',
      "INSERT INTO a VALUES (1);\nINSERT INTO a VALUES (2);\nINSERT INTO b VALUES ('x');\n",
    );
    const { alike } = await check([path], target);
    assert.equal(target.asked.length, 2);
    assert.equal(alike, 0);
  });

  it('plans two at a time and runs one at a time', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const path = await file('a.sql', names.map((name) => `SELECT * FROM ${name};\n`).join(''));
    const planned = new TestTarget();
    await check([path], planned);
    assert.equal(planned.mostAtOnce, 2);
    const measured = new TestTarget();
    await check([path], measured, { mode: 'analyze' });
    assert.equal(measured.mostAtOnce, 1);
  });

  it('stops asking when the connection breaks, and tells the text findings of the rest', async () => {
    const target = new TestTarget(({ statement }) => {
      if (statement.text.includes(' c')) throw new Problem('unreachable', 'blog closed the connection in the middle.');
      return scan;
    });
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const path = await file('a.sql', `${names.map((name) => `SELECT * FROM ${name};\n`).join('')}SELECT * FORM g;\n`);
    const result = await check([path], target, { mode: 'analyze' });
    assert.equal(result.lost?.kind, 'unreachable');
    assert.equal(target.asked.length, 3);
    assert.deepEqual(rules(result), ['syntax-error']);
  });

  it('reads a plan of 2,000 nodes and one of nodes that nobody knows', async () => {
    const strange = { 'Node Type': 'Quantum Scan', 'Total Cost': 5000, 'Plan Rows': 3, Entangled: { with: [1, null] } };
    const many = { ...scan, 'Node Type': 'Append', Plans: Array.from({ length: 2_000 }, () => scan) };
    const odd = {
      ...strange,
      Plans: [strange, { 'Node Type': 42 }, {}, { ...scan, 'Relation Name': 7, Filter: ['x'] }],
    };
    const target = new TestTarget(({ statement }) => (statement.text.includes('many') ? many : odd));
    const path = await file('a.sql', 'SELECT * FROM many;\nSELECT * FROM odd;\n');
    const { files } = await check([path], target);
    const [first, second] = files[0]?.judgements ?? [];
    assert.equal(first?.problem, undefined);
    assert.equal(first?.explained?.plan.root.children.length, 2_000);
    assert.equal(second?.problem, undefined);
    assert.equal(second?.explained?.plan.root.type, 'Quantum Scan');
  });

  it('ends with the reason of the signal', async () => {
    const abort = new AbortController();
    const target = new TestTarget(() => {
      abort.abort();
      return scan;
    });
    const path = await file('a.sql', 'SELECT * FROM a;\nSELECT * FROM b;\nSELECT * FROM c;\n');
    await assert.rejects(check([path], target, { signal: abort.signal, mode: 'analyze' }), { name: 'AbortError' });
    assert.equal(target.asked.length, 1);
  });
});
