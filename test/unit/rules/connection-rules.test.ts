import assert from 'node:assert/strict';
import type { Finding } from '../../../src/nouns/finding';
import { codeFindingsIn } from '../../support/code-findings';

const db = `
import { Pool } from 'pg';
import postgres from 'postgres';
import { DataSource } from 'typeorm';
import { Sequelize } from 'sequelize';
export const pool = new Pool({ max: 2 });
export const sql = postgres();
export const sequelize = new Sequelize('postgres://localhost/blog');
export const dataSource = new DataSource({ type: 'postgres' });
`;

const own = new Set(['connection-leak', 'client-held-across-call', 'pool-per-request']);

async function findingsIn(body: string, imports = ''): Promise<Finding[]> {
  const text = `import { dataSource, pool, sequelize, sql } from './db';\n${imports}\n${body}`;
  const found = await codeFindingsIn({ '/app/src/db.ts': db, '/app/src/posts.ts': text });
  return found.map(({ finding }) => finding).filter(({ rule }) => own.has(rule));
}

const messages = async (body: string, imports = '') => (await findingsIn(body, imports)).map(({ message }) => message);

const after = 'or after as many times as the pool has connections, every request waits.';

describe('connection-leak', () => {
  it('tells of what is never given back', async () => {
    assert.deepEqual(
      await messages(
        'async function list() { const client = await pool.connect(); return (await client.query("SELECT 1")).rows; }',
      ),
      [
        'client is never given back (release): it keeps a connection, and after as many times as the pool has connections, every request waits.',
      ],
    );
  });

  it('tells of what is kept when something fails', async () => {
    const body = `async function list() {
      const client = await pool.connect();
      const { rows } = await client.query('SELECT 1');
      client.release();
      return rows;
    }`;
    const [finding] = await findingsIn(body);
    assert.equal(
      finding?.message,
      `client is not given back when something in between fails: call release() in a finally block, ${after}`,
    );
    assert.deepEqual(
      finding?.related?.map(({ message }) => message),
      ['client is kept when this fails.'],
    );
  });

  it('tells of what is given back only where all goes well', async () => {
    assert.deepEqual(
      await messages(`async function list() {
        const client = await pool.connect();
        try {
          await client.query('SELECT 1');
          client.release();
        } catch (error) {
          console.error(error);
        }
      }`),
      [
        `client is not given back when something in between fails and is caught: call release() in a finally block, ${after}`,
      ],
    );
    assert.equal(
      (
        await messages(`async function list(res) {
        try {
          const client = await pool.connect();
          await client.query('SELECT 1');
          client.release();
        } catch (error) {
          res.status(500).end();
        }
      }`)
      ).length,
      1,
    );
  });

  it('tells of a return and of a throw on the way', async () => {
    const early = (leave: string) => `async function find(id) {
      const client = await pool.connect();
      try {
        const { rows } = await client.query('SELECT 1', [id]);
        if (rows.length === 0) ${leave};
        client.release();
        return rows[0];
      } catch (error) {
        client.release();
        throw error;
      }
    }`;
    assert.deepEqual(await messages(early('return null')), [
      `client is not given back where the function is left by this return: call release() in a finally block, ${after}`,
    ]);
    // What is thrown there is caught below.
    assert.deepEqual(await messages(early("throw new Error('not found')")), []);
  });

  it('tells of reserved connections, query runners and transactions', async () => {
    assert.equal(
      (await messages('async function f() { const own = await sql.reserve(); await own`SELECT 1`; own.release(); }'))
        .length,
      1,
    );
    assert.equal(
      (
        await messages(
          'async function f() { const runner = dataSource.createQueryRunner(); await runner.connect(); await runner.query("SELECT 1"); await runner.release(); }',
        )
      ).length,
      1,
    );
    assert.deepEqual(
      await messages(
        'async function f(post) { const t = await sequelize.transaction(); await post.save({ transaction: t }); await t.commit(); }',
      ),
      [
        `t is neither committed nor rolled back when something in between fails: roll it back in a catch block, ${after}`,
      ],
    );
  });

  it('follows a function of the program that only passes the connection on', async () => {
    assert.equal(
      (
        await messages(
          'const getClient = () => pool.connect();\nasync function f() { const client = await getClient(); await client.query("SELECT 1"); client.release(); }',
        )
      ).length,
      1,
    );
  });

  describe('in callbacks', () => {
    const callback = (body: string, parameters = 'err, client, done') => `function list(cb) {
      pool.connect((${parameters}) => {
        if (err) return cb(err);
        ${body}
      });
    }`;

    it('tells of a way that forgets done()', async () => {
      const forgets = callback(`client.query('SELECT 1', (err, result) => {
          if (err) return cb(err);
          done();
          cb(null, result.rows);
        });`);
      const [finding, ...others] = await findingsIn(forgets);
      assert.equal(
        finding?.message,
        `client is not given back where the function is left by this return: call done() first, ${after}`,
      );
      assert.deepEqual(others, []);
      assert.deepEqual(
        finding?.related?.map(({ message }) => message),
        ['client is kept when the function is left here.'],
      );
    });

    it('tells of client.release() that is forgotten there, in the second query as well', async () => {
      const two = callback(
        `client.query('SELECT 1', function (err) {
          if (err) { client.release(); return cb(err); }
          client.query('SELECT 2', function (error, result) {
            if (error) { cb(error); } else { client.release(); cb(null, result); }
          });
        });`,
        'err, client',
      );
      assert.deepEqual(await messages(two), [`client is not given back on every way: call release() first, ${after}`]);
      assert.deepEqual(await messages(two.replace('cb(error); }', 'client.release(); cb(error); }')), []);
    });

    it('tells of what is never given back', async () => {
      assert.deepEqual(await messages(callback("client.query('SELECT 1', cb);")), [
        'client is never given back (done): it keeps a connection, and after as many times as the pool has connections, every request waits.',
      ]);
    });

    it('tells of an early way out once it is in use, and of pg.connect of former times', async () => {
      const early = callback(`client.on('error', console.error);
        if (closed) return cb();
        client.query('SELECT 1', () => { done(); cb(); });`);
      assert.equal((await messages(early)).length, 1);
      const former = `import pg from 'pg';\nfunction f(cb) { pg.connect(url, function (err, client, done) {
        client.query('SELECT 1', function (err, result) { if (err) return cb(err); done(); cb(null, result); });
      }); }`;
      assert.equal((await messages(former)).length, 1);
    });

    const silent: Readonly<Record<string, string>> = {
      'where it comes first':
        "client.query('SELECT 1', (err, result) => { done(); if (err) return cb(err); cb(null, result); });",
      'where each way calls it':
        "client.query('SELECT 1', (err, result) => { if (err) { done(err); return cb(err); } done(); cb(null, result); });",
      'where the error ends the program':
        "client.query('SELECT 1', (err, result) => { if (err) throw err; done(); cb(null, result); });",
      'where it is given on':
        "client.query('SELECT 1', (err, result) => { if (err) return fail(err, done); done(); cb(); });",
      'where the client is given on': 'work(client, cb);',
      'where a helper beside calls it':
        "const failed = (err) => { if (!err) return false; done(); cb(err); return true; }; client.query('SELECT 1', (err, result) => { if (failed(err)) return; done(); cb(null, result); });",
      'where events call it':
        "const query = client.query(new Query('SELECT 1')); query.on('end', () => { done(); cb(); }); query.on('error', () => done());",
      'where it is kept': 'this.client = client; this.done = done;',
    };
    for (const [name, body] of Object.entries(silent)) {
      it(`is silent ${name}`, async () => {
        assert.deepEqual(await messages(callback(body)), []);
      });
    }

    it('is silent of a client by itself, and of other things that connect', async () => {
      assert.deepEqual(
        await messages(
          "const own = new Client(); own.connect((err, client, done) => { client.query('SELECT 1', cb); });",
          "import { Client } from 'pg';",
        ),
        [],
      );
      assert.deepEqual(
        await messages('mqtt.connect((err, client, done) => { client.query(1); });', "import mqtt from 'mqtt';"),
        [],
      );
    });
  });

  it('tells of pg-promise’s own connections, and not of its tasks', async () => {
    const imports =
      "import pgPromise from 'pg-promise';\nconst pgp = pgPromise();\nconst db = pgp('postgres://localhost/blog');";
    assert.deepEqual(
      await messages(
        'async function f() { const own = await db.connect(); await own.any("SELECT 1"); own.done(); }',
        imports,
      ),
      [`own is not given back when something in between fails: call done() in a finally block, ${after}`],
    );
    for (const right of [
      'async function f() { const own = await db.connect(); try { await own.any("SELECT 1"); } finally { own.done(); } }',
      'async function f() { return db.task(async (t) => { await t.any("SELECT 1"); }); }',
      'async function f() { return db.tx((t) => t.none("SELECT 1")); }',
      'let own; db.connect().then((obj) => { own = obj; return own.any("SELECT 1"); }).finally(() => own.done());',
    ])
      assert.deepEqual(await messages(right, imports), [], right);
  });

  it('tells of a catch without release(), and not of one with it', async () => {
    const body = (end: string) => `async function f() {
      const client = await pool.connect();
      try { await client.query('SELECT 1'); client.release(); } catch (error) { log(error); ${end} }
    }`;
    assert.equal((await messages(body('return null;'))).length, 1);
    assert.deepEqual(await messages(body('client.release(); return null;')), []);
  });

  describe('is silent', () => {
    const silent: Readonly<Record<string, string>> = {
      'with finally': `async function f() { const client = await pool.connect(); try { await client.query('SELECT 1'); if (x) return 1; } finally { client.release(); } }`,
      'with finally around the taking': `async function f() { let client; try { client = await pool.connect(); await client.query('SELECT 1'); } finally { if (client) client.release(); } }`,
      'with an optional release': `async function f() { let client; try { client = await pool.connect(); await client.query('SELECT 1'); } catch (e) { log(e); } finally { client?.release(); } }`,
      'where each way gives it back': `async function f() { const client = await pool.connect(); try { await client.query('SELECT 1'); client.release(); } catch (error) { client.release(error); throw error; } }`,
      'where it is given back behind a catch that goes on': `async function f() { const client = await pool.connect(); try { await client.query('SELECT 1'); } catch (error) { log(error); } client.release(); }`,
      'where an early way out gives it back': `async function f() { const client = await pool.connect(); try { if (x) { client.release(); return; } await client.query('SELECT 1'); client.release(); } catch (error) { client.release(); } }`,
      'where nothing can fail in between': `async function f() { const client = await pool.connect(); client.release(); }`,
      'of what is returned': `async function begin() { const client = await pool.connect(); return client; }`,
      'of what is returned among other things': `async function begin() { const client = await pool.connect(); return { client, done: () => 1 }; }`,
      'of a field with a method that gives it back': `class Session { async open() { const client = await pool.connect(); this.client = client; } close() { this.client.release(); } }`,
      'where a callback gives it back': `async function f(res) { const client = await pool.connect(); const stream = client.query(q); stream.on('end', () => client.release()); stream.pipe(res); }`,
      'where a promise gives it back': `async function f() { const client = await pool.connect(); return client.query('SELECT 1').finally(() => client.release()); }`,
      'where a helper gives it back': `async function free(one) { one.release(); }\nasync function f() { const client = await pool.connect(); await client.query('SELECT 1'); await free(client); }`,
      'where it is given to something unknown': `async function f(handle) { const client = await pool.connect(); await handle(client); }`,
      'of a managed transaction': `async function f(post) { await sequelize.transaction(async (t) => { await post.save({ transaction: t }); }); }`,
      'of a transaction with commit and rollback': `async function f(post) { const t = await sequelize.transaction(); try { await post.save({ transaction: t }); await t.commit(); } catch (error) { await t.rollback(); throw error; } }`,
      'of a rollback unless it is finished': `async function f(post) { const t = await sequelize.transaction(); try { await post.save({ transaction: t }); await t.commit(); } catch (error) { if (!t.finished) await t.rollback(); throw error; } }`,
      'of a query runner with finally': `async function f() { const runner = dataSource.createQueryRunner(); await runner.connect(); await runner.startTransaction(); try { await runner.manager.save(x); await runner.commitTransaction(); } catch (e) { await runner.rollbackTransaction(); } finally { await runner.release(); } }`,
      'of what may be another’s': `async function f(given) { let client = given; if (!client) client = await pool.connect(); await client.query('SELECT 1'); }`,
      'where a helper begins before the try': `async function f() { const runner = dataSource.createQueryRunner(); await startTransaction(runner); try { await runner.query('SELECT 1'); } finally { await runner.release(); } }`,
      'of a constructor that keeps it': `async function f() { const client = await pool.connect(); const session = new Session(client); try { await session.begin(); return session; } catch (error) { client.release(); throw error; } }`,
      'of queries on the pool': `async function f() { await pool.query('SELECT 1'); }`,
      'of another thing that connects': `import { io } from 'socket.io-client';\nasync function f() { const socket = await io.connect(); await socket.emit('x'); }`,
      'at the start of the program': `const client = await pool.connect(); await client.query('LISTEN jobs');`,
    };
    for (const [name, body] of Object.entries(silent)) {
      it(name, async () => {
        assert.deepEqual(await messages(body), []);
      });
    }
  });
});

describe('client-held-across-call', () => {
  it('tells of another service that is waited for', async () => {
    assert.deepEqual(
      await messages(`async function pay(order) {
        const client = await pool.connect();
        try {
          await client.query('BEGIN');
          const answer = await fetch('https://pay.example.com', { method: 'POST' });
          await client.query('COMMIT');
        } finally { client.release(); }
      }`),
      [
        'The program waits for fetch while a connection is held: it is kept for as long as that takes; do it before or afterwards.',
      ],
    );
  });

  it('tells of it inside transactions, through functions of the program', async () => {
    assert.deepEqual(
      await messages(
        `async function charge(order) { return axios.post('https://pay.example.com', order); }
        async function pay(order) {
          await sequelize.transaction(async (t) => { await order.save({ transaction: t }); await charge(order); });
        }`,
        "import axios from 'axios';",
      ),
      [
        'The program waits for charge while a transaction is open: its connection and its locks are kept for as long as that takes; do it before or afterwards.',
      ],
    );
  });

  it('tells of it in the ways of other libraries', async () => {
    const wait = "await fetch('https://example.com');";
    for (const begin of [
      `prisma.$transaction(async (tx) => { ${wait} })`,
      `this.prismaService.$transaction(async (tx) => { ${wait} })`,
      `AppDataSource.transaction(async (manager) => { ${wait} })`,
      `knex.transaction(async (trx) => { ${wait} })`,
      `db.transaction().execute(async (trx) => { ${wait} })`,
      `sql.begin(async (sql) => { ${wait} })`,
    ]) {
      assert.equal((await messages(`async function f() { await ${begin}; }`)).length, 1, begin);
    }
  });

  it('is silent about a transaction of something else', async () => {
    assert.deepEqual(
      await messages(
        "async function f() { await monitor.transaction(async (t) => { await fetch('https://example.com'); }); }",
      ),
      [],
    );
  });

  it('tells of a pause', async () => {
    const [message] = await messages(
      'async function f() { const client = await pool.connect(); try { await client.query("SELECT 1"); await new Promise((resolve) => setTimeout(resolve, 1000)); } finally { client.release(); } }',
    );
    assert.match(message ?? '', /^The program waits for a pause/);
  });

  it('is silent before it is taken, after it is given back, and about what is not waited for', async () => {
    assert.deepEqual(
      await messages(`async function pay() {
        const rate = await fetch('https://rates.example.com');
        const client = await pool.connect();
        try { await client.query('SELECT 1'); void fetch('https://log.example.com'); } finally { client.release(); }
        await fetch('https://mail.example.com');
      }`),
      [],
    );
  });

  it('is silent where a way gives it back before it waits', async () => {
    assert.deepEqual(
      await messages(`async function pay() {
        const client = await pool.connect();
        try { await client.query('SELECT 1'); client.release(); } catch (error) { client.release(); throw error; }
        await fetch('https://mail.example.com');
      }`),
      [],
    );
  });
});

describe('pool-per-request', () => {
  it('tells of a pool that a handler makes', async () => {
    assert.deepEqual(
      await messages(
        "app.get('/posts', async (req, res) => { const own = new Pool(); res.json((await own.query('SELECT 1')).rows); });",
        "import { Pool } from 'pg';",
      ),
      [
        'This pool is made anew for each request (it answers a request (req, res)): each opens connections that no other uses; make it once, outside of the function.',
      ],
    );
  });

  it('says what its options depend on', async () => {
    const [message] = await messages(
      "app.get('/posts', async (req, res) => { const { tenant } = req; const own = new Pool({ database: tenant }); res.json((await own.query('SELECT 1')).rows); });",
      "import { Pool } from 'pg';",
    );
    assert.match(
      message ?? '',
      /; its options depend on tenant, so keep one for each in a Map outside of the function\.$/,
    );
  });

  it('takes options of the function’s own for none of the request', async () => {
    const [message] = await messages(
      "app.get('/posts', async (req, res) => { const options = { max: 3 }; const own = new Pool(options); res.json((await own.query('SELECT 1')).rows); });",
      "import { Pool } from 'pg';",
    );
    assert.match(message ?? '', /; make it once, outside of the function\.$/);
  });

  it('is silent of one that is made once', async () => {
    assert.deepEqual(
      await messages("app.get('/posts', async (req, res) => { res.json((await pool.query('SELECT 1')).rows); });"),
      [],
    );
  });
});
