import assert from 'node:assert/strict';
import { StringSites } from '../../../support/string-sites';

describe('SQL in Java', () => {
  let java: StringSites;
  before(async () => {
    java = await StringSites.load('java');
  });
  const method = (body: string, imports = 'import java.sql.*;') =>
    `${imports}\nclass Posts {\n  void find(long id, String table) {\n    ${body}\n  }\n}\n`;

  it('is found in literals, constants and text blocks', () => {
    const text = `
import org.springframework.jdbc.core.JdbcTemplate;
class Posts {
  private static final String FIND = "SELECT * FROM posts " + "WHERE id = ?";
  void find(long id) {
    connection.prepareStatement(FIND);
    connection.prepareStatement(Posts.FIND);
    jdbcTemplate.query("""
        SELECT id, \\"title\\" FROM posts
         WHERE id = :id
        """, mapper, id);
  }
}
`;
    assert.deepEqual(java.sql(text), [
      'SELECT * FROM posts WHERE id = $1',
      'SELECT id, "title" FROM posts WHERE id = $1',
    ]);
    assert.ok(java.find(text).every(({ library }) => library === 'spring-jdbc'));
    assert.equal(java.placeOf(text, '"title"'), String.raw`\"title\"`);
  });

  it('is put together from as many lines as there are', () => {
    const lines = Array.from({ length: 40 }, (_, i) => `"c${i}, " +`).join('\n      ');
    const [sql] = java.sql(method(`connection.prepareStatement("SELECT " +\n      ${lines}\n      "1 FROM posts");`));
    assert.match(sql ?? '', /^SELECT c0, c1, .*c39, 1 FROM posts$/);
  });

  it('has values and names for what is put into it', () => {
    assert.deepEqual(
      java.sql(method('jdbc.queryForObject(String.format("SELECT count(*) FROM %s WHERE id = ?", table), id);')),
      ['SELECT count(*) FROM "table" WHERE id = $1'],
    );
    assert.deepEqual(
      java.sql(method(`statement.executeQuery("SELECT * FROM a WHERE id = " + id + " AND name = '" + table + "'");`)),
      ['SELECT * FROM a WHERE id = $1 AND name = $2'],
    );
    const built = `StringBuilder sql = new StringBuilder("SELECT * FROM comments WHERE 1 = 1");
    if (id > 0) { sql.append(" AND post_id = ?"); }
    sql.append(" ORDER BY id");
    connection.prepareStatement(sql.toString());`;
    assert.deepEqual(java.sql(method(built)), ['SELECT * FROM comments WHERE 1 = 1 ORDER BY id']);
  });

  it('is found in annotations that hold SQL, not in those that hold the language of JPA', () => {
    const repository = (annotation: string, packages: string) =>
      java.sql(`import ${packages};\ninterface Posts {\n  ${annotation}\n  List<Post> find(long id);\n}\n`);
    const jpa = 'org.springframework.data.jpa.repository.Query';
    const native = '@Query(value = "SELECT * FROM posts WHERE id = :id AND b = ?1", nativeQuery = true)';
    assert.deepEqual(repository(native, jpa), ['SELECT * FROM posts WHERE id = $1 AND b = $2']);
    assert.deepEqual(repository('@Query("SELECT p FROM Post p WHERE p.id = ?1")', jpa), []);
    assert.deepEqual(
      repository('@Query("SELECT * FROM posts")', 'org.springframework.data.jdbc.repository.query.Query'),
      ['SELECT * FROM posts'],
    );
    assert.deepEqual(
      repository('@Select({"SELECT * FROM posts", "WHERE id = #{id}"})', 'org.apache.ibatis.annotations.*'),
      ['SELECT * FROM posts WHERE id = $1'],
    );
    assert.deepEqual(
      repository('@SqlQuery("SELECT * FROM posts WHERE id = :id")', 'org.jdbi.v3.sqlobject.statement.SqlQuery'),
      ['SELECT * FROM posts WHERE id = $1'],
    );
    assert.deepEqual(
      java.sql(method('em.createQuery("SELECT p FROM Post p"); em.createNativeQuery("SELECT 1 FROM a");')),
      ['SELECT 1 FROM a'],
    );
  });

  it('is in the loop around it', () => {
    const query = 'jdbc.update("DELETE FROM posts WHERE id = ?", post.id())';
    const loops = (body: string) => java.loops(method(body));
    assert.deepEqual(loops(`for (Post post : posts) { ${query}; }`), ['for: for (Post post : posts)']);
    assert.deepEqual(loops(`while (rs.next()) { ${query}; }`), ['while: while (rs.next())']);
    assert.deepEqual(loops(`posts.forEach(post -> ${query});`), ['callback: posts.forEach(post ->']);
    assert.deepEqual(loops(`posts.stream().map(post -> ${query}).toList();`), ['callback: posts.stream().map(post ->']);
    assert.deepEqual(loops(`found.map(post -> ${query});`), ['']);
    assert.deepEqual(loops(`while (true) { ${query}; }`), ['']);
    assert.deepEqual(loops(`for (int attempt = 0; attempt < max; attempt++) { ${query}; }`), ['']);
  });

  it('is not in what only looks like it, nor in what goes to other databases', () => {
    assert.deepEqual(java.sql(method('log.info("select one from the list");')), []);
    assert.deepEqual(java.sql(method('form.update("Select an option");')), []);
    assert.deepEqual(java.sql(method('s.executeQuery("SELECT 1 FROM a");', 'import org.sqlite.SQLiteDataSource;')), []);
    const room = 'import androidx.room.*;\n@Dao interface A {\n  @Query("SELECT * FROM posts") List<Post> all();\n}\n';
    assert.deepEqual(java.sql(room), []);
  });
});
