import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Analyzer } from '../../../src/analysis/analyzer';

const grammarFolder = join(__dirname, '../../../dist/grammars');

/** 3,000 statements: some 300 ms of work. */
const text = Array.from(
  { length: 3_000 },
  (_, n) => `SELECT p.id, p.title FROM posts p JOIN users u ON u.id = p.author_id WHERE u.id = ${n} LIMIT 10;`,
).join('\n');
const document = { uri: 'file:///long.sql', languageId: 'sql', text };

describe('reading a long document in slices', () => {
  it('gives what reading it at once gives', async () => {
    const analyzer = await Analyzer.load({ grammarFolder, folders: [] });
    const source = { ...document, text: `${text.slice(0, 20_000)}\nSELECT * FORM posts;\nDELETE FROM posts;\n` };
    const sliced = await analyzer.readInSlices(source, { isWanted: () => true });
    const whole = analyzer.read(source);
    const said = (queries: typeof whole.queries) =>
      queries.map(({ site, parsed, findings }) => [site.sql, site.range, parsed.ok, findings]);
    assert.deepEqual(said(sliced?.queries ?? []), said(whole.queries));
  });

  it('lets others have their turn meanwhile', async () => {
    const analyzer = await Analyzer.load({ grammarFolder, folders: [] });
    let turns = 0;
    let reading = true;
    const other = () => {
      turns++;
      if (reading) setImmediate(other);
    };
    setImmediate(other);
    await analyzer.readInSlices(document, { isWanted: () => true });
    reading = false;
    assert.ok(turns >= 3, `${turns} turns`);
  });

  it('stops when nobody wants the answer any more', async () => {
    const analyzer = await Analyzer.load({ grammarFolder, folders: [] });
    assert.equal(await analyzer.readInSlices(document, { isWanted: () => false }), undefined);
  });

  it('takes over what was parsed before', async () => {
    const analyzer = await Analyzer.load({ grammarFolder, folders: [] });
    const source = { ...document, text: 'SELECT 1;\nSELECT 2;\n' };
    const before = await analyzer.readInSlices(source, { isWanted: () => true });
    const after = await analyzer.readInSlices(
      { ...source, text: 'SELECT 2;\nSELECT 3;\n' },
      { isWanted: () => true, previous: before?.queries },
    );
    assert.equal(after?.queries[0]?.parsed, before?.queries[1]?.parsed);
    assert.equal(after?.queries[1]?.parsed.ok, true);
  });
});
