import assert from 'node:assert/strict';
import { codeFixes } from '../../../src/fixes/code-fixes';
import { callFactsIn } from '../../support/code-findings';

const types: Readonly<Record<string, string>> = {
  'tags.label': 'character varying(20)',
  'tags.uses': 'bigint',
  'tags.words': 'text[]',
  'tags.kind': 'tag_kind',
  'app.users.name': 'text',
  'app.users.id': 'integer',
};

/** What the turn becomes; undefined when there is no fix. */
async function mended(
  turn: string,
  head = "import { Pool } from 'pg';\nconst pool = new Pool();",
  rows = 'SELECT * FROM users',
): Promise<string | undefined> {
  const text = `${head}
export async function list() {
  const { rows } = await pool.query('${rows}');
  for (const row of rows) {
    ${turn}
  }
}
`;
  const facts = await callFactsIn({ '/app/loops.js': text });
  assert.ok(facts.repetitions.length > 0, 'the loop is seen');
  const typeOf = (table: string, column: string) => types[`${table}.${column}`];
  const [fix] = facts.repetitions.flatMap((repetition) => codeFixes({ repetition }, () => text, typeOf));
  return fix?.edits[0]?.newText;
}

const query = (sql: string, values: string) => `await pool.query(\`${sql}\`, [${values}]);`;

describe('SQL text that writes each row becomes one statement', () => {
  const written: readonly (readonly [sql: string, values: string, becomes: string])[] = [
    // The column itself complains of what is too long; a cast would cut it.
    [
      'INSERT INTO tags (label, uses) VALUES ($1, $2)',
      'row.name, 1',
      'INSERT INTO tags (label, uses) SELECT * FROM unnest($1::text[], $2::bigint[])`, [rows.map((row) => row.name), rows.map(() => 1)]',
    ],
    [
      "INSERT INTO tags (label, uses, kind) VALUES ($2, $1::int, 'x')",
      'row.id, row.name',
      "INSERT INTO tags (label, uses, kind) SELECT given.label, given.uses, 'x' FROM unnest($2::text[], $1::int[]) AS given (label, uses)`, [rows.map((row) => row.id), rows.map((row) => row.name)]",
    ],
    [
      'UPDATE app.users SET name = $1, seen = now() WHERE id = $2',
      'row.name.trim(), row.id',
      'UPDATE app.users SET name = given.name, seen = now() FROM unnest($1::text[], $2::integer[]) AS given (name, id) WHERE users.id = given.id`, [rows.map((row) => row.name.trim()), rows.map((row) => row.id)]',
    ],
    [
      'DELETE FROM tags WHERE id = $1::int',
      'row.id',
      'DELETE FROM tags WHERE id = ANY($1::int[])`, [rows.map((row) => row.id)]',
    ],
  ];
  for (const [sql, values, becomes] of written) {
    it(sql, async () => assert.equal(await mended(query(sql, values)), `await pool.query(\`${becomes});`));
  }

  it('with pg-promise, which writes arrays into the text and so needs their type', async () => {
    const head = "const pgp = require('pg-promise')();\nconst db = pgp('postgres://localhost/blog');";
    const rows = "export async function list() {\n  const rows = await db.any('SELECT * FROM users');\n";
    const text = (sql: string) =>
      `${head}\n${rows}  for (const row of rows) {\n    await db.none('${sql}', [row.name]);\n  }\n}\n`;
    const fixOf = async (sql: string) => {
      const facts = await callFactsIn({ '/app/loops.js': text(sql) });
      const typeOf = (table: string, column: string) => types[`${table}.${column}`];
      return facts.repetitions.flatMap((repetition) => codeFixes({ repetition }, () => text(sql), typeOf))[0]?.edits[0]
        ?.newText;
    };
    assert.equal(
      await fixOf('DELETE FROM tags WHERE label = $1'),
      "await db.none('DELETE FROM tags WHERE label = ANY($1::text[])', [rows.map((row) => row.name)]);",
    );
    assert.equal(await fixOf('DELETE FROM tags WHERE kind = $1'), undefined);
  });
});

describe('SQL text that writes each row stays', () => {
  const refused: readonly (readonly [why: string, turn: string, rows?: string])[] = [
    ['where a type is not known', query('INSERT INTO tags (colour) VALUES ($1)', 'row.name')],
    ['where a column holds arrays', query('INSERT INTO tags (words) VALUES ($1)', 'row.words')],
    ['where a type is of the database itself', query('INSERT INTO tags (kind) VALUES ($1)', 'row.kind')],
    [
      'where a row may be met twice',
      query('INSERT INTO tags (label) VALUES ($1) ON CONFLICT (label) DO UPDATE SET uses = 1', 'row.name'),
    ],
    [
      'where what was written is used',
      `console.log(${query('INSERT INTO tags (label) VALUES ($1) RETURNING id', 'row.name').slice(0, -1)});`,
    ],
    ['where what was written is asked for', query('INSERT INTO tags (label) VALUES ($1) RETURNING id', 'row.name')],
    ['where values are put together in the text', query('INSERT INTO tags (label) VALUES (lower($1))', 'row.name')],
    ['where a value stands twice', query('INSERT INTO tags (label, uses) VALUES ($1, $1)', 'row.name')],
    ['without names of columns', query('INSERT INTO tags VALUES ($1, $2)', 'row.name, 1')],
    ['for several rows a turn', query('INSERT INTO tags (label) VALUES ($1), ($2)', 'row.name, row.id')],
    ['for a list as a value', query('INSERT INTO tags (label) VALUES ($1)', '[row.name]')],
    [
      'for values in an order of their own',
      query('INSERT INTO tags (label, uses) VALUES ($1, $2)', 'row.name, ++last'),
    ],
    ['when the turn does more', `console.log(row);\n    ${query('INSERT INTO tags (label) VALUES ($1)', 'row.name')}`],
    ['where two turns may change one row', query('UPDATE tags SET uses = $1 WHERE label = $2', 'row.id, row.name')],
    [
      'where rows come by another key',
      query('UPDATE tags SET uses = $1 WHERE label = $2', '1, row.id'),
      'SELECT author_id AS id FROM posts',
    ],
    [
      'where rows come from two tables',
      query('UPDATE tags SET uses = $1 WHERE label = $2', '1, row.id'),
      'SELECT id FROM users JOIN posts USING (id)',
    ],
    ['where what is there counts', query('UPDATE tags SET uses = uses + $1 WHERE label = $2', 'row.id, row.id')],
    ['for another comparison', query('DELETE FROM tags WHERE uses < $1', 'row.id')],
    ['for one of two conditions', query('DELETE FROM tags WHERE label = $1 OR uses = 0', 'row.name')],
    ['where what was deleted is asked for', query('DELETE FROM tags WHERE label = $1 RETURNING id', 'row.name')],
  ];
  for (const [why, turn, rows] of refused) {
    it(why, async () => assert.equal(await mended(turn, undefined, rows), undefined));
  }
});
