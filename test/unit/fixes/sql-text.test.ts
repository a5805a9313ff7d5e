import assert from 'node:assert/strict';
import { codeFixes } from '../../../src/fixes/code-fixes';
import { callFactsIn } from '../../support/code-findings';

const head = `import { Pool } from 'pg';
const pool = new Pool();
`;

/** The text of the loop's function after its fix; undefined when there is none. */
async function mended(inner: string): Promise<string | undefined> {
  const text = `${head}export async function list() {
  const { rows: posts } = await pool.query('SELECT id, author_id FROM posts');
  for (const post of posts) {
    ${inner}
  }
}
`;
  const facts = await callFactsIn({ '/app/loops.js': text });
  assert.ok(facts.repetitions.length > 0, 'the loop is seen');
  const [fix] = facts.repetitions.flatMap((repetition) => codeFixes({ repetition }, () => text));
  return fix?.edits
    .toSorted((a, b) => b.range.start - a.range.start)
    .reduce((changed, { range, newText }) => changed.slice(0, range.start) + newText + changed.slice(range.end), text);
}

const user = "await pool.query('SELECT id, name FROM users WHERE id = $1', [post.author_id])";

describe('SQL text that is sent for each row becomes one query', () => {
  const written: readonly (readonly [inner: string, ...parts: string[]])[] = [
    [
      `const { rows } = ${user};\n    console.log(rows[0]);`,
      "pool.query('SELECT id, name FROM users WHERE id = ANY($1)', [posts.map((post) => post.author_id)])",
      'const { rows } = { rows: usersById.get(String(post.author_id)) ?? [] };',
    ],
    [
      "const { rows } = await pool.query('SELECT body FROM comments WHERE post_id = $1', [post.id]);\n    console.log(rows);",
      'SELECT post_id, body FROM comments WHERE post_id = ANY($1)',
      'for (const { post_id, ...comment } of allComments) {\n    const key = String(post_id);',
    ],
    [
      `const author = ${user};\n    const { rows } = await pool.query('SELECT count(*) FROM comments WHERE lower(body) = $1', [1]);\n    console.log(author.rows[0], rows);`,
      'const author = { rows: usersById.get(String(post.author_id)) ?? [] };',
    ],
    [
      `const title = post.title ?? 'none';\n    const { rows } = ${user};\n    console.log(title, rows);`,
      'const { rows } = { rows: usersById.get(String(post.author_id)) ?? [] };',
    ],
    [`console.log((${user}).rows[0].name);`, 'console.log((usersById.get(String(post.author_id)) ?? [])[0].name);'],
    [
      "const { rows: [{ n }] } = await pool.query('SELECT count(*) AS n FROM comments WHERE post_id = $1', [post.id]);\n    console.log(n);",
      'SELECT post_id, count(*) AS n FROM comments WHERE post_id = ANY($1) GROUP BY post_id',
      "{ rows: [{ n: commentCountByPostId.get(String(post.id)) ?? '0' }] }",
    ],
  ];
  for (const [inner, ...parts] of written) {
    it(inner.split('\n', 1)[0] ?? '', async () => {
      const text = (await mended(inner)) ?? assert.fail('there is a fix');
      for (const part of parts) assert.ok(text.includes(part), text);
    });
  }
});

describe('SQL text that is sent for each row stays', () => {
  const query = (sql: string, values = '[post.id]', use = 'console.log(rows)') =>
    `const { rows } = await pool.query('${sql}', ${values});\n    ${use};`;
  const refused: readonly (readonly [why: string, inner: string])[] = [
    ['with a limit', query('SELECT * FROM comments WHERE post_id = $1 ORDER BY id LIMIT 3')],
    [
      'with a limit in other words',
      query('SELECT * FROM comments WHERE post_id = $1 ORDER BY id FETCH FIRST ROW ONLY'),
    ],
    ['when rows are locked in an order', query('SELECT * FROM comments WHERE post_id = $1 ORDER BY id FOR UPDATE')],
    ['with another condition', query('SELECT * FROM comments WHERE post_id = $1 OR author_id = 1')],
    ['with several values', query('SELECT * FROM comments WHERE post_id = $1 AND author_id = $2', '[post.id, 1]')],
    ['with a join', query('SELECT c.* FROM comments c JOIN users u ON u.id = c.author_id WHERE c.post_id = $1')],
    [
      'when its rows have another column of the key’s name',
      query('SELECT id AS post_id FROM comments WHERE post_id = $1'),
    ],
    [
      'when the turn writes what it asks',
      `const { rows } = ${user};\n    await pool.query('SELECT audit($1)', [rows[0].name]);`,
    ],
    ['when it is not sent on each turn', `const name = post.title ?? (${user}).rows[0];\n    console.log(name);`],
    ['when the turn may end before it', `if (!post.title) continue;\n    const { rows } = ${user};`],
    [
      'when the turn locks rows',
      `const { rows } = ${user};\n    await pool.query('SELECT 1 FROM users WHERE name = $1 FOR UPDATE', [rows[0].name]);`,
    ],
    ['with the key under another name', query('SELECT post_id AS p FROM comments WHERE post_id = $1')],
    ['when rows are locked', query('SELECT * FROM comments WHERE post_id = $1 FOR UPDATE')],
    ['when only different rows are wanted', query('SELECT DISTINCT post_id FROM comments WHERE post_id = $1')],
    ['with another comparison', query('SELECT * FROM comments WHERE post_id > $1')],
    ['when it counts what is different', query('SELECT count(DISTINCT author_id) FROM comments WHERE post_id = $1')],
    ['when the rows are changed', query('SELECT * FROM comments WHERE post_id = $1', '[post.id]', 'rows.push(1)')],
    ['when a row is changed', query('SELECT * FROM comments WHERE post_id = $1', '[post.id]', 'rows[0].body = 1')],
    ['when more than rows is read', `const result = ${user};\n    console.log(result.rowCount);`],
    ['when the result is passed on', `const result = ${user};\n    console.log(result);`],
  ];
  for (const [why, inner] of refused) {
    it(why, async () => assert.equal(await mended(inner), undefined));
  }
});
