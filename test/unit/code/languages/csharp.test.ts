import assert from 'node:assert/strict';
import { StringSites } from '../../../support/string-sites';

describe('SQL in C#', () => {
  let csharp: StringSites;
  before(async () => {
    csharp = await StringSites.load('csharp');
  });
  const method = (body: string, using = 'using Npgsql;') =>
    `${using}\nclass Posts {\n  async Task Find(int id, string table) {\n    ${body}\n  }\n}\n`;

  it('is found in literals of every kind, in constants, commands and their text', () => {
    const text = `
using Dapper;
class Posts {
  private const string Find = "SELECT * FROM posts WHERE id = @id";
  async Task Run(int id) {
    await _connection.QueryAsync<Post>(Find, new { id });
    await _connection.ExecuteAsync(@"UPDATE posts SET ""title"" = @Title
      WHERE tags @> @Tags", post);
    using var command = new NpgsqlCommand("SELECT \\u0041 FROM tags WHERE id = $1", connection);
    command.CommandText = "SELECT 1 FROM users";
    var query = """
      SELECT * FROM "comments"
       WHERE id = @id
      """;
    _connection?.Execute(query);
  }
}
`;
    assert.deepEqual(csharp.sql(text), [
      'SELECT * FROM posts WHERE id = $1',
      'UPDATE posts SET "title" = $1 WHERE tags @> $2',
      'SELECT A FROM tags WHERE id = $1',
      'SELECT 1 FROM users',
      'SELECT * FROM "comments" WHERE id = $1',
    ]);
    assert.ok(csharp.find(text).every(({ library }) => library === 'dapper'));
    assert.deepEqual(csharp.parameters(text).slice(0, 3), ['@id value', '@Title value', '@Tags value']);
    assert.equal(csharp.placeOf(text, '"title"'), '""title""');
    assert.equal(csharp.placeOf(text, '"comments"'), '"comments"');
  });

  it('binds what is interpolated for EF Core, and pastes it elsewhere', () => {
    const body = `
    context.Posts.FromSql($"SELECT * FROM posts WHERE id = {id}");
    context.Posts.FromSqlRaw("SELECT * FROM posts WHERE id = {0} AND b = {1}", id, 1);
    context.Database.ExecuteSqlInterpolated($@"DELETE FROM ""posts"" WHERE id = {id}");
    connection.Query($"SELECT * FROM {table} WHERE id = {id,5:X} AND a = '{{}}'");
    connection.Query(string.Format("SELECT 3 FROM {0}", table));
    connection.Query($$"""SELECT '{}' FROM {{table}}""");`;
    const text = method(body, 'using Microsoft.EntityFrameworkCore;');
    assert.deepEqual(csharp.sql(text), [
      'SELECT * FROM posts WHERE id = $1',
      'SELECT * FROM posts WHERE id = $1 AND b = $2',
      'DELETE FROM "posts" WHERE id = $1',
      'SELECT * FROM "{table}" WHERE id = $1 AND a = \'{}\'',
      'SELECT 3 FROM "table"',
      'SELECT \'{}\' FROM "{{table}}"',
    ]);
    assert.deepEqual(csharp.parameters(text), [
      '{id} value',
      '{0} value',
      '{1} value',
      '{id} value',
      '{id,5:X} spliced',
    ]);
    assert.equal(csharp.find(text)[0]?.library, 'ef');
  });

  it('is in the loop around it', () => {
    const query = 'connection.Execute("DELETE FROM a WHERE id = @id", post)';
    const loops = (body: string) => csharp.loops(method(body));
    assert.deepEqual(loops(`foreach (var post in posts) { ${query}; }`), ['for: foreach (var post in posts)']);
    assert.deepEqual(loops(`while (await reader.ReadAsync()) { ${query}; }`), [
      'while: while (await reader.ReadAsync())',
    ]);
    assert.deepEqual(loops(`await Task.WhenAll(posts.Select(post => ${query}));`), ['callback: posts.Select(post =>']);
    assert.deepEqual(loops(`foreach (var post in posts) { await Task.Run(() => ${query}); }`), [
      'for: foreach (var post in posts)',
    ]);
    assert.deepEqual(loops(`foreach (var batch in posts.Chunk(100)) { ${query}; }`), ['']);
  });

  it('is not in what only looks like it, nor in what goes to other databases', () => {
    assert.deepEqual(
      csharp.sql(method('logger.Info("select one from the list"); list.Query("Select an option");')),
      [],
    );
    const other = method('connection.Query("SELECT * FROM a");', 'using Microsoft.Data.SqlClient;');
    assert.deepEqual(csharp.sql(other), []);
  });
});
