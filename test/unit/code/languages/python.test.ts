import assert from 'node:assert/strict';
import { StringSites } from '../../../support/string-sites';

describe('SQL in Python', () => {
  let python: StringSites;
  before(async () => {
    python = await StringSites.load('python');
  });

  it('is found in the calls of drivers, through constants of the file and the class', () => {
    const text = `
import psycopg

FIND = "SELECT * FROM posts WHERE id = %s"

class Posts:
    BY_AUTHOR = """
        SELECT id, title FROM posts
        WHERE author_id = %(author)s
    """

    def find(self, post_id):
        self.cursor.execute(FIND, (post_id,))
        self.cursor.execute(self.BY_AUTHOR, {"author": 1})
        return self.cursor.execute(query=r"SELECT '\\d' FROM tags")
`;
    assert.deepEqual(python.sql(text), [
      'SELECT * FROM posts WHERE id = $1',
      'SELECT id, title FROM posts WHERE author_id = $1',
      "SELECT '\\d' FROM tags",
    ]);
    assert.deepEqual(python.parameters(text), ['%s value', '%(author)s value']);
    assert.ok(python.find(text).every(({ library }) => library === 'psycopg'));
  });

  it('is found with each library', () => {
    const of = (text: string) => python.find(text).map(({ library, sql }) => `${library}: ${sql}`);
    assert.deepEqual(
      of('import asyncpg\nasync def f(c):\n    return await c.fetchrow("SELECT 1 FROM a WHERE b = $1", 2)'),
      ['asyncpg: SELECT 1 FROM a WHERE b = $1'],
    );
    assert.deepEqual(
      of('from sqlalchemy import text\nsession.execute(text("SELECT 1 FROM a WHERE b = :b").bindparams(b=1))'),
      ['sqlalchemy: SELECT 1 FROM a WHERE b = $1'],
    );
    assert.deepEqual(
      of('from django.db import connection\nPost.objects.raw("SELECT * FROM blog_post WHERE id = %s", [1])'),
      ['django: SELECT * FROM blog_post WHERE id = $1'],
    );
    assert.deepEqual(of('import pandas as pd\npd.read_sql("SELECT * FROM a", engine)'), [
      'sql string: SELECT * FROM a',
    ]);
  });

  it('takes what f-strings, format and % put into the text for values, names and clauses', () => {
    const text = `
TABLE = "posts"
def f(cursor, author, column, table):
    cursor.execute(f"SELECT * FROM {TABLE} WHERE author_id = {author} AND title = '{author!r}'")
    cursor.execute(f"SELECT '{{}}' FROM posts ORDER BY {column}")
    cursor.execute("SELECT * FROM %s WHERE id = %%s" % table, [1])
    cursor.execute("SELECT * FROM {} WHERE id = {}".format(table, author))
    cursor.execute(sql.SQL("SELECT * FROM {} WHERE id = %s").format(sql.Identifier(table)), [1])
`;
    assert.deepEqual(python.sql(text), [
      'SELECT * FROM posts WHERE author_id = $1 AND title = $2',
      "SELECT '{}' FROM posts ORDER BY $1",
      'SELECT * FROM "table" WHERE id = $1',
      'SELECT * FROM "table" WHERE id = $1',
      'SELECT * FROM "sql.Identifier(table)" WHERE id = $1',
    ]);
    const replaced = python.find(text).map((site) => site.replaced?.map(({ source }) => source) ?? []);
    assert.deepEqual(replaced, [[], [], ['table'], ['table'], ['sql.Identifier(table)']]);
  });

  it('is put together from literals side by side, and from what a function adds', () => {
    const text = `
def f(cursor, author):
    cursor.execute("SELECT * FROM posts "
                   'WHERE id = %s', [1])
    query = "SELECT * FROM comments WHERE true"
    if author:
        query += " AND author_id = %s"
    query += " LIMIT 10"
    cursor.execute(query, values)
    cursor.execute("\\n".join(["SELECT *", "FROM tags"]))
    count = "SELECT count(*) FROM {}"
    count = count.format(table)
    cursor.execute(count)
`;
    assert.deepEqual(python.sql(text), [
      'SELECT * FROM posts WHERE id = $1',
      'SELECT * FROM comments WHERE true LIMIT 10',
      'SELECT * FROM tags',
      'SELECT count(*) FROM "table"',
    ]);
  });

  it('has right places inside escapes, and %% for a percent sign where values are given', () => {
    const text = String.raw`cursor.execute('SELECT \'a\' \x41S "ä",\n\tid FROM posts WHERE title LIKE \'a%%\' AND id = %s', [1])`;
    assert.deepEqual(python.sql(text), [`SELECT 'a' AS "ä", id FROM posts WHERE title LIKE 'a%' AND id = $1`]);
    for (const word of ['posts', 'title', 'id FROM', '"ä"']) assert.equal(python.placeOf(text, word), word);
    assert.equal(python.placeOf(text, 'AS'), String.raw`\x41S`);
    assert.equal(python.placeOf(text, '$1'), '%s');
  });

  it('is in a loop where it is sent once for each row', () => {
    const loops = (head: string, call = 'cursor.execute("SELECT 1 FROM tags WHERE id = %s", [tag])') =>
      python.loops(`def f(cursor, tags):\n    ${head}\n        ${call}\n`);
    assert.deepEqual(loops('for tag in tags:'), ['for: for tag in tags']);
    assert.deepEqual(loops('for tag in cursor:'), ['for: for tag in cursor']);
    assert.deepEqual(loops('for server in servers:'), ['for: for server in servers']);
    assert.deepEqual(loops('while row := next(rows):'), ['while: while row := next(rows)']);
    assert.deepEqual(python.loops('rows = [c.fetchval("SELECT 1 FROM a WHERE b = $1", t) for t in tags]'), [
      'for: for t in tags',
    ]);
  });

  it('is in no loop where turns are few, endless, over many rows at once, or left', () => {
    const call = 'cursor.execute("SELECT 1 FROM tags WHERE id = %s", [tag])';
    const loops = (head: string, body = call) => python.loops(`def f(cursor, tags):\n    ${head}\n        ${body}\n`);
    assert.deepEqual(loops('for attempt in range(3):'), ['']);
    assert.deepEqual(loops('for tag in ["new", "old"]:'), ['']);
    assert.deepEqual(loops('for table in tables:'), ['']);
    assert.deepEqual(loops('for tag in (\n        "new",\n        "old",\n    ):'), ['']);
    assert.deepEqual(loops('while last_id is not None:'), ['']);
    assert.deepEqual(loops('while True:'), ['']);
    assert.deepEqual(loops('for batch in batches(tags):'), ['']);
    assert.deepEqual(loops('for tag in tags:', `return ${call}`), ['']);
    assert.deepEqual(loops(`for row in ${call}:`, 'pass'), ['']);
    assert.deepEqual(loops('for tag in tags:', `def later(): ${call}`), ['']);
  });

  it('is found where a string is marked', () => {
    assert.deepEqual(python.sql('QUERY = """--sql\nSELECT * FROM posts"""'), ['SELECT * FROM posts']);
  });

  it('is not in what only looks like it, nor in what goes to other databases', () => {
    const none = (text: string) => assert.deepEqual(python.sql(text), [], text);
    none('logger.info("select one of them from the list")');
    none('page.query("Select an option")');
    none('cache.fetch("update")');
    none('import sqlite3\nconnection.execute("SELECT * FROM posts")');
    none('import psycopg\nclickhouse.execute("SELECT * FROM posts")');
    none('cursor.execute("INSERT OR IGNORE INTO a VALUES (%s)", [1])');
    none('cursor.execute("SELECT [id] FROM [dbo].[posts]")');
    none('def f(cursor, sql):\n    cursor.execute(sql)');
    none('cursor.execute(unknown + " FROM posts")');
  });

  it('says nothing of a function that is half typed, and still finds the one behind it', () => {
    assert.deepEqual(
      python.sql('def f(c):\n    c.execute("SELECT \n\ndef g(c):\n    c.execute("SELECT 1 FROM a")\n').at(-1),
      'SELECT 1 FROM a',
    );
  });
});
