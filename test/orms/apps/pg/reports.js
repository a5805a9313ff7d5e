const { Pool } = require('pg');

module.exports = function reports(/** @type {import('pg').Pool} */ pool) {
  async function daily() {
    const { rows } = await pool.query(
      "SELECT date_trunc('day', created_at) AS day, count(*) FROM posts GROUP BY 1 ORDER BY 1"
    );
    return rows;
  }

  function perTag(minimum) {
    return pool.query({
      text: 'SELECT t.name, count(*) AS n FROM tags t JOIN posts_tags pt ON pt.tag_id = t.id GROUP BY t.name HAVING count(*) >= $1',
      values: [minimum],
    });
  }

  async function topAuthors(limit) {
    var q = 'SELECT u.id, sum(p.score) AS total ';
    q += 'FROM users u JOIN posts p ON p.author_id = u.id ';
    q += 'GROUP BY u.id ORDER BY total DESC LIMIT $1';
    const result = await pool.query(q, [limit]);
    return result.rows;
  }

  async function union() {
    return (await pool.query('SELECT id FROM posts UNION ALL SELECT id FROM drafts')).rows;
  }

  async function window() {
    const sql = `SELECT id, rank() OVER (PARTITION BY author_id ORDER BY score DESC) AS place FROM posts`;
    return (await pool.query(sql)).rows;
  }

  return { daily, perTag, topAuthors, union, window, Pool };
};
