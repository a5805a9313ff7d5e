import assert from 'node:assert/strict';
import { StringSites } from '../../../support/string-sites';

describe('SQL in PHP', () => {
  let php: StringSites;
  before(async () => {
    php = await StringSites.load('php');
  });
  const method = (body: string, head = '') =>
    `<?php\n${head}\nclass Posts {\n  public function find($id, $table) {\n    ${body}\n  }\n}\n`;

  it('is found in literals, constants, fields, heredocs and nowdocs', () => {
    const text = `<?php
use Doctrine\\DBAL\\Connection;
class Posts {
  const FIND = 'SELECT * FROM posts WHERE id = :id';
  private string $all = "SELECT * FROM posts";
  public function find($id) {
    $this->pdo->prepare(self::FIND);
    $this->pdo->query($this->all);
    $sql = <<<SQL
        SELECT * FROM comments
        WHERE post_id = $id AND a = {$this->a}
        SQL;
    $this->connection->executeQuery($sql);
    $raw = <<<'SQL'
      SELECT '$id' FROM tags
      SQL;
    $this->connection?->fetchAllAssociative($raw);
    pg_query_params($connection, 'SELECT \\'it\\' FROM users WHERE id = $1', [$id]);
    pg_prepare($connection, 'name', "SELECT \\"id\\" FROM users WHERE id = \\$1");
  }
}
`;
    assert.deepEqual(php.sql(text), [
      'SELECT * FROM posts WHERE id = $1',
      'SELECT * FROM posts',
      'SELECT * FROM comments WHERE post_id = $1 AND a = $2',
      "SELECT '$id' FROM tags",
      "SELECT 'it' FROM users WHERE id = $1",
      'SELECT "id" FROM users WHERE id = $1',
    ]);
    assert.ok(php.find(text).every(({ library }) => library === 'doctrine'));
    assert.deepEqual(php.parameters(text).slice(0, 3), [':id value', '$id spliced', '{$this->a} spliced']);
    assert.equal(php.placeOf(text, 'comments'), 'comments');
    assert.equal(php.placeOf(text, '"id"'), String.raw`\"id\"`);
  });

  it('has values, names and clauses for what is put into it', () => {
    const body = `
    DB::select("select * from users where id = $id and name = '{$user->name}'");
    DB::select("SELECT * FROM {$table} WHERE id = ?", [$id]);
    DB::select(sprintf('SELECT 5 FROM %s WHERE id = ?', $table), [1]);
    $query = 'SELECT * FROM tags WHERE 1 = 1';
    if ($id) { $query .= ' AND id = ?'; }
    $query .= ' ORDER BY ' . $table;
    DB::select($query, $values);`;
    assert.deepEqual(php.sql(method(body)), [
      'select * from users where id = $1 and name = $2',
      'SELECT * FROM "{$table}" WHERE id = $1',
      'SELECT 5 FROM "$table" WHERE id = $1',
      'SELECT * FROM tags WHERE 1 = 1 ORDER BY $1',
    ]);
  });

  it('is in the loop around it', () => {
    const query = "DB::selectOne('SELECT 1 FROM a WHERE id = ?', [$post->id])";
    const loops = (body: string) => php.loops(method(body));
    assert.deepEqual(loops(`foreach ($posts as $post) { ${query}; }`), ['for: foreach ($posts as $post)']);
    assert.deepEqual(loops(`while ($post = $rows->fetch()) { ${query}; }`), ['while: while ($post = $rows->fetch())']);
    assert.deepEqual(loops(`array_map(fn ($post) => ${query}, $posts);`), ['callback: array_map(fn ($post) =>']);
    assert.deepEqual(loops(`foreach ($posts as $post) { DB::transaction(function () { ${query}; }); }`), [
      'for: foreach ($posts as $post)',
    ]);
    assert.deepEqual(loops(`foreach (['a', 'b'] as $post) { ${query}; }`), ['']);
    assert.deepEqual(loops(`foreach (array_chunk($posts, 100) as $post) { ${query}; }`), ['']);
  });

  it('is not in what only looks like it, nor in what goes to other databases', () => {
    assert.deepEqual(php.sql(method("$cache->delete('select'); $form->select('Select an option');")), []);
    for (const sql of [
      'ALTER TABLE a CHANGE b c INT',
      'UPDATE a JOIN b ON a.id = b.id SET a.c = b.c',
      'SELECT `id` FROM a ORDER',
      'DELETE u FROM users u WHERE u.id = 1',
    ]) {
      assert.deepEqual(php.sql(method(`$this->connection->executeStatement('${sql}');`)), [], sql);
    }
    assert.deepEqual(php.sql(method("$wpdb->query('SELECT * FROM posts');")), []);
    assert.deepEqual(php.sql(method("mysqli_query($link, 'SELECT * FROM posts');")), []);
    assert.deepEqual(php.sql(method("$pdo->query('SELECT * FROM a');", "$pdo = new PDO('sqlite:a.db');")), []);
  });
});
