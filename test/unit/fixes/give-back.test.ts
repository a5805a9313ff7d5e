import assert from 'node:assert/strict';
import { codeFixes } from '../../../src/fixes/code-fixes';
import { codeFindingsIn } from '../../support/code-findings';
import { afterFix } from '../../support/fixes-of';

const head = `import { Pool } from 'pg';
import { Sequelize } from 'sequelize';
import { DataSource } from 'typeorm';
const pool = new Pool({ max: 2 });
const sequelize = new Sequelize('postgres://localhost/blog');
const dataSource = new DataSource({ type: 'postgres' });
`;

/** The code after its first fix; undefined where none is offered. */
async function mended(code: string): Promise<string | undefined> {
  const text = head + code;
  const uri = '/app/posts.ts';
  const found = (await codeFindingsIn({ [uri]: text })).filter(({ finding }) => finding.rule === 'connection-leak');
  assert.equal(found.length, 1, 'the leak is seen');
  const [fix] = found.flatMap((one) => codeFixes(one, () => text));
  return fix && afterFix(fix, text).slice(head.length);
}

describe('giving a connection back', () => {
  it('closes the block around what is done with it, comments and formatting kept', async () => {
    assert.equal(
      await mended(`async function list(id: number) {
  // One for all of it.
  const client = await pool.connect();

  // The newest first.
  const { rows } = await client.query(
    'SELECT * FROM posts WHERE author_id = $1',
    [id],
  );
  client.release();
  return rows;
}
`),
      `async function list(id: number) {
  // One for all of it.
  const client = await pool.connect();
  try {

    // The newest first.
    const { rows } = await client.query(
      'SELECT * FROM posts WHERE author_id = $1',
      [id],
    );
    return rows;
  } finally {
    client.release();
  }
}
`,
    );
  });

  it('gives it back where it was given back, when nothing below needs what was declared', async () => {
    assert.equal(
      await mended(`async function save(id: number) {
  const client = await pool.connect();
  await client.query('UPDATE posts SET seen = true WHERE id = $1', [id]);
  client.release();

  await fetch('https://example.com/' + id);
}
`),
      `async function save(id: number) {
  const client = await pool.connect();
  try {
    await client.query('UPDATE posts SET seen = true WHERE id = $1', [id]);
  } finally {
    client.release();
  }

  await fetch('https://example.com/' + id);
}
`,
    );
  });

  it('adds finally to the try that is there', async () => {
    assert.equal(
      await mended(`async function list(): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('SELECT 1');
    client.release();
  } catch (error) {
    console.error(error);
  }
}
`),
      `async function list(): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('SELECT 1');
  } catch (error) {
    console.error(error);
  } finally {
    client.release();
  }
}
`,
    );
  });

  it('takes the place of releases before each return, in the file’s own indent and without semicolons', async () => {
    assert.equal(
      await mended(`async function find(id: number) {
    const client = await pool.connect()
    const { rows } = await client.query('SELECT 1', [id])
    if (rows.length === 0) {
        client.release()
        return null
    }
    client.release()
    return rows[0]
}
`),
      `async function find(id: number) {
    const client = await pool.connect()
    try {
        const { rows } = await client.query('SELECT 1', [id])
        if (rows.length === 0) {
            return null
        }
        return rows[0]
    } finally {
        client.release()
    }
}
`,
    );
  });

  it('is written inside of a try that others need, too', async () => {
    assert.equal(
      await mended(`async function list(res: any) {
  try {
    const client = await pool.connect();
    const { rows } = await client.query('SELECT 1');
    client.release();
    res.json(rows);
  } catch (error) {
    res.status(500).end();
  }
}
`),
      `async function list(res: any) {
  try {
    const client = await pool.connect();
    try {
      const { rows } = await client.query('SELECT 1');
      res.json(rows);
    } finally {
      client.release();
    }
  } catch (error) {
    res.status(500).end();
  }
}
`,
    );
  });

  it('waits for the release of a query runner', async () => {
    const text = await mended(`async function list() {
  const runner = dataSource.createQueryRunner();
  return await runner.query('SELECT 1');
}
`);
    assert.match(text ?? '', / {2}\} finally \{\n {4}await runner\.release\(\);\n {2}\}\n\}\n$/);
  });

  it('rolls a transaction back behind its commit', async () => {
    assert.equal(
      await mended(`async function add(post: any) {
  const t = await sequelize.transaction();
  const saved = await post.save({ transaction: t });
  await t.commit();
  return saved;
}
`),
      `async function add(post: any) {
  const t = await sequelize.transaction();
  try {
    const saved = await post.save({ transaction: t });
    await t.commit();
    return saved;
  } catch (error) {
    await t.rollback();
    throw error;
  }
}
`,
    );
  });

  describe('is not offered', () => {
    const none: Readonly<Record<string, string>> = {
      'where a connection is destroyed by its release': `async function list() {
  const client = await pool.connect();
  await client.query('SELECT 1');
  client.release(true);
}
`,
      'where it would be held while something else is waited for': `async function list() {
  const client = await pool.connect();
  const { rows } = await client.query('SELECT 1');
  client.release();
  await fetch('https://example.com/' + rows.length);
}
`,
      'where a text goes over several lines': `async function list() {
  const client = await pool.connect();
  await client.query(\`SELECT *
    FROM posts\`);
  client.release();
}
`,
      'where something that may fail follows a commit': `async function add(post: any) {
  const t = await sequelize.transaction();
  const saved = await post.save({ transaction: t });
  await t.commit();
  return notify(saved);
}
`,
      'where all stands in one line': `async function list() { const client = await pool.connect(); await client.query('SELECT 1'); client.release(); }
`,
    };
    for (const [name, code] of Object.entries(none)) {
      it(name, async () => {
        assert.equal(await mended(code), undefined);
      });
    }
  });

  describe('in callbacks', () => {
    const callback = (body: string) => `function list(cb) {
  pool.connect(function (err, client, done) {
    if (err) return cb(err);
${body}
  });
}
`;

    it('gives it back as soon as the answer is there', async () => {
      assert.equal(
        await mended(
          callback(`    client.query('SELECT 1', function (err, result) {
      if (err) return cb(err);
      done();
      cb(null, result.rows);
    });`),
        ),
        callback(`    client.query('SELECT 1', function (err, result) {
      done();
      if (err) return cb(err);
      cb(null, result.rows);
    });`),
      );
    });

    const kept: Readonly<Record<string, string>> = {
      'where more is asked': `    client.query('BEGIN', function (err) {
      if (err) return cb(err);
      client.query('SELECT 1', function () {
        done();
      });
    });`,
      'where an error is told to the pool': `    client.query('SELECT 1', function (err, result) {
      if (!result) return cb();
      if (err) {
        done(err);
      } else {
        done();
      }
    });`,
      'where it is never given back': `    client.query('SELECT 1', cb);`,
    };
    for (const [name, body] of Object.entries(kept)) {
      it(`is not offered ${name}`, async () => {
        assert.equal(await mended(callback(body)), undefined);
      });
    }
  });
});
