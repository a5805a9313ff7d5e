import assert from 'node:assert/strict';
import { StringSites } from '../../../support/string-sites';

describe('SQL in Rust', () => {
  let rust: StringSites;
  before(async () => {
    rust = await StringSites.load('rust');
  });
  const body = (text: string) => `async fn find(client: &Client, id: i64, table: &str) {\n    ${text}\n}\n`;

  it('is found in functions and macros, in raw strings and constants', () => {
    const text = `
use sqlx::PgPool;
const FIND: &str = "SELECT * FROM posts WHERE id = $1";
mod queries { pub static LIST: &str = r#"SELECT "id" FROM posts"#; }
async fn find(pool: &PgPool, id: i64) {
    sqlx::query(FIND).bind(id).fetch_one(pool).await?;
    sqlx::query_as::<_, Post>(queries::LIST).fetch_all(pool).await?;
    let a = sqlx::query!("SELECT a FROM posts WHERE id = $1", id).fetch_all(pool).await?;
    let b = sqlx::query_as!(Post, r##"SELECT "b" FROM tags WHERE id = $1"##, id).fetch_all(pool).await?;
    sqlx::query("SELECT c \\
                 FROM comments WHERE t = '\\u{e4}' AND id = $1").execute(pool).await?;
}
`;
    assert.deepEqual(rust.sql(text), [
      'SELECT * FROM posts WHERE id = $1',
      'SELECT "id" FROM posts',
      'SELECT a FROM posts WHERE id = $1',
      'SELECT "b" FROM tags WHERE id = $1',
      "SELECT c FROM comments WHERE t = 'ä' AND id = $1",
    ]);
    assert.ok(rust.find(text).every(({ library }) => library === 'sqlx'));
    assert.equal(rust.placeOf(text, 'comments'), 'comments');
    assert.equal(rust.placeOf(text, 'ä'), String.raw`\u{e4}`);
    assert.equal(rust.placeOf(text, '"b"'), '"b"');
  });

  it('has values and names from format!, and more text from push_str', () => {
    assert.deepEqual(
      rust.sql(body('client.query(&format!("SELECT * FROM {} WHERE id = $1", table), &[&id]).await?;')),
      ['SELECT * FROM "table" WHERE id = $1'],
    );
    assert.deepEqual(rust.sql(body('client.query(&format!("SELECT * FROM {table} WHERE id = {id}"), &[]).await?;')), [
      'SELECT * FROM "{table}" WHERE id = $1',
    ]);
    const built = `let mut sql = String::from("SELECT * FROM comments WHERE true");
    if id > 0 { sql.push_str(" AND post_id = $1"); }
    sql += " LIMIT 10";
    client.query(&sql, &[&id]).await?;`;
    assert.deepEqual(rust.sql(body(built)), ['SELECT * FROM comments WHERE true LIMIT 10']);
    assert.deepEqual(rust.sql(body('diesel::sql_query(concat!("SELECT 3 ", "FROM a")).load(c);')), ['SELECT 3 FROM a']);
  });

  it('is in the loop around it', () => {
    const query = 'client.execute("DELETE FROM b WHERE id = $1", &[&post.id])';
    const loops = (text: string) => rust.loops(body(text));
    assert.deepEqual(loops(`for post in &posts { ${query}.await?; }`), ['for: for post in &posts']);
    assert.deepEqual(loops(`while let Some(post) = rows.next() { ${query}.await?; }`), [
      'while: while let Some(post) = rows.next()',
    ]);
    assert.deepEqual(loops(`let all = posts.iter().map(|post| ${query});`), ['callback: posts.iter().map(|post|']);
    assert.deepEqual(loops(`loop { ${query}.await?; }`), ['']);
    assert.deepEqual(loops(`for post in ["a", "b"] { ${query}.await?; }`), ['']);
    assert.deepEqual(loops(`found.map(|post| ${query});`), ['']);
  });

  it('is not in what only looks like it, nor in what goes to other databases', () => {
    assert.deepEqual(rust.sql(body('println!("select one from the list"); map.get("select x");')), []);
    assert.deepEqual(rust.sql(`use rusqlite::Connection;\n${body('c.execute("DELETE FROM a", []);')}`), []);
    assert.deepEqual(rust.sql(`use sqlx::SqlitePool;\n${body('sqlx::query("DELETE FROM a").execute(pool);')}`), []);
  });
});
