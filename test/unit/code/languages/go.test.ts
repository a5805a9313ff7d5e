import assert from 'node:assert/strict';
import { StringSites } from '../../../support/string-sites';

describe('SQL in Go', () => {
  let go: StringSites;
  before(async () => {
    go = await StringSites.load('go');
  });
  const program = (body: string, imports = '"database/sql"') =>
    `package posts\n\nimport (\n\t${imports}\n)\n\nfunc (r *repo) run(ctx context.Context, id int, table string) {\n\t${body}\n}\n`;

  it('is found behind the context and the target, in raw and other literals, in constants', () => {
    const text = `package posts

import "github.com/jackc/pgx/v5"

const findPost = \`SELECT id, title
	FROM posts WHERE id = $1\`

const (
	listTags, listUsers = "SELECT * FROM tags WHERE name = ?", "SELECT * FROM users"
)

func (r *repo) run(ctx context.Context, id int) {
	r.db.QueryRow(ctx, findPost, id)
	r.db.GetContext(ctx, &tags, listTags, "new")
	r.db.Select(&users, listUsers)
	r.db.Query(ctx, "SELECT \\"id\\" FROM posts "+"WHERE id = $1", 1)
}
`;
    assert.deepEqual(go.sql(text), [
      'SELECT id, title FROM posts WHERE id = $1',
      'SELECT * FROM tags WHERE name = $1',
      'SELECT * FROM users',
      'SELECT "id" FROM posts WHERE id = $1',
    ]);
    assert.ok(go.find(text).every(({ library }) => library === 'pgx'));
    assert.equal(go.placeOf(text, 'posts "+"'.slice(0, 5)), 'posts');
    assert.equal(go.placeOf(text, '"id"'), String.raw`\"id\"`);
  });

  it('has Sprintf put names and values into it, and += more text', () => {
    assert.deepEqual(
      go.sql(program('r.db.Query(fmt.Sprintf("SELECT * FROM %s WHERE id = %d AND a %% 2 = 0", table, id))')),
      ['SELECT * FROM "table" WHERE id = $1 AND a % 2 = 0'],
    );
    const built = `query := "SELECT * FROM comments WHERE true"
	if id > 0 {
		query += " AND post_id = $1"
	}
	query += " LIMIT 10"
	r.db.Query(query)`;
    assert.deepEqual(go.sql(program(built)), ['SELECT * FROM comments WHERE true LIMIT 10']);
  });

  it('is a whole statement behind a text that is not known', () => {
    const [site] = go.find(program('r.db.Query(queryMarker + "SELECT id FROM posts WHERE id = $1", id)'));
    assert.equal(site?.sql.trim(), 'SELECT id FROM posts WHERE id = $1');
    assert.deepEqual(
      site?.replaced?.map(({ source }) => source),
      ['queryMarker'],
    );
  });

  it('has named arguments beside the operators that look like them', () => {
    const text = program(
      'r.db.Query(ctx, "SELECT * FROM a WHERE id = @id AND tags @> @tags AND b <@ c AND t = \'@x\'", args)',
    );
    assert.deepEqual(go.sql(text), ["SELECT * FROM a WHERE id = $1 AND tags @> $2 AND b <@ c AND t = '@x'"]);
    assert.deepEqual(go.parameters(text), ['@id value', '@tags value']);
  });

  it('is in a loop over rows and lists, also in a goroutine of each turn', () => {
    const query = 'r.db.Exec("DELETE FROM a WHERE id = $1", id)';
    assert.deepEqual(go.loops(program(`for rows.Next() { ${query} }`)), ['for: for rows.Next()']);
    assert.deepEqual(go.loops(program(`for _, id := range ids { ${query} }`)), ['for: for _, id := range ids']);
    assert.deepEqual(
      go.loops(program(`for _, id := range ids { g.Go(func() error { _, err := ${query}; return err }) }`)),
      ['for: for _, id := range ids'],
    );
    assert.deepEqual(go.loops(program(`for { ${query} }`)), ['']);
    assert.deepEqual(go.loops(program(`for i := 0; i < 3; i++ { ${query} }`)), ['']);
    assert.deepEqual(go.loops(program(`for _, t := range []string{"a", "b"} { ${query} }`)), ['']);
  });

  it('is not in what only looks like it, nor in what goes to other databases', () => {
    assert.deepEqual(go.sql(program('log.Printf("select %d from the list", 1)')), []);
    assert.deepEqual(go.sql(program('http.Get("https://example.org/select")')), []);
    assert.deepEqual(go.sql(program('db.Query("SELECT * FROM a")', '_ "github.com/go-sql-driver/mysql"')), []);
    assert.deepEqual(go.sql(program('db.Query(query)')), []);
  });
});
