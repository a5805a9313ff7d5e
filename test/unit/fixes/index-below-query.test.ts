import assert from 'node:assert/strict';
import { textToCopy } from '../../../src/fixes/fix-statements';
import { indexBelowQuery } from '../../../src/fixes/index-below-query';
import { planFixture } from '../../support/plan-fixtures';
import { indexFix } from '../../support/rule-contexts';

const fix = indexFix({}, planFixture('seq-scan-estimate'), planFixture('index-scan-fast'));
const index = 'CREATE INDEX posts_author_id_created_at_idx ON posts (author_id, created_at DESC);';

/** The text after the edit; the query is what stands before `|`. */
function applied(marked: string, more = {}): string {
  const text = marked.replace('|', '');
  const { edits } = indexBelowQuery({ ...fix, ...more }, text, { start: 0, end: marked.indexOf('|') });
  const [edit] = edits;
  assert.ok(edit && edits.length === 1);
  return text.slice(0, edit.range.start) + edit.newText + text.slice(edit.range.end);
}

describe('indexBelowQuery', () => {
  it('writes the index below the query, behind its semicolon', () => {
    assert.equal(applied('SELECT 1|;\n\nSELECT 2;\n'), `SELECT 1;\n\n${index}\n\nSELECT 2;\n`);
  });

  it('ends a query that has no semicolon', () => {
    assert.equal(applied('SELECT 1|'), `SELECT 1;\n\n${index}`);
  });

  it('keeps what follows on the same line', () => {
    assert.equal(applied('SELECT 1|; SELECT 2;'), `SELECT 1;\n\n${index}\n\n SELECT 2;`);
  });

  it("keeps the file's line ends", () => {
    assert.equal(applied('SELECT 1|;\r\nSELECT 2;\r\n'), `SELECT 1;\r\n\r\n${index}\r\nSELECT 2;\r\n`);
  });

  it('writes first what the index needs', () => {
    assert.equal(
      applied('SELECT 1|;', { needs: 'CREATE EXTENSION IF NOT EXISTS pg_trgm' }),
      `SELECT 1;\n\nCREATE EXTENSION IF NOT EXISTS pg_trgm;\n${index}`,
    );
  });
});

describe('textToCopy', () => {
  it('is what one runs on a server in use', () => {
    assert.equal(
      textToCopy({ ...fix, needs: 'CREATE EXTENSION IF NOT EXISTS pg_trgm;' }),
      `CREATE EXTENSION IF NOT EXISTS pg_trgm;\n${index.replace('INDEX', 'INDEX CONCURRENTLY')}\n`,
    );
  });
});
