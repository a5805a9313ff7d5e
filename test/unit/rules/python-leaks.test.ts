import assert from 'node:assert/strict';
import { codeFixes } from '../../../src/fixes/code-fixes';
import { codeFindingsIn } from '../../support/code-findings';
import { afterFix } from '../../support/fixes-of';

const head = `from contextlib import closing, contextmanager
from psycopg2.pool import ThreadedConnectionPool
from psycopg_pool import ConnectionPool
from sqlalchemy import create_engine
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import Session, scoped_session, sessionmaker
pool = ThreadedConnectionPool(1, 10, "")
psycopg_pool = ConnectionPool("")
engine = create_engine("")
async_engine = create_async_engine("")
SessionLocal = sessionmaker(bind=engine)
Scoped = scoped_session(SessionLocal)
`;

const leaksIn = async (text: string) =>
  (await codeFindingsIn({ '/app/blog/work.py': text })).filter(({ finding }) => finding.rule === 'connection-leak');

const messages = async (body: string) => (await leaksIn(head + body)).map(({ finding }) => finding.message);

/** After the fix of its only leak; undefined where none is offered. */
async function mended(body: string): Promise<string | undefined> {
  const text = head + body;
  const [found, ...others] = await leaksIn(text);
  assert.ok(found && others.length === 0, 'one leak is seen');
  const [fix] = codeFixes(found, () => text);
  return fix && afterFix(fix, text).slice(head.length);
}

const after = 'or after as many times as the pool has connections, every request waits.';

describe('connection-leak in Python', () => {
  it('tells of what is never given back, also if it is closed: the pool counts it as taken', async () => {
    assert.deepEqual(
      await messages('def f():\n    one = pool.getconn()\n    one.cursor().execute("SELECT 1")\n    one.close()\n'),
      [
        'one is never given back (putconn): it keeps a connection, and after as many times as the pool has connections, every request waits.',
      ],
    );
  });

  it('tells of what is kept when a statement fails, also through a cursor or a function', async () => {
    const failing = [
      'one = psycopg_pool.getconn()\n    cursor = one.cursor()\n    cursor.execute("SELECT 1")\n    psycopg_pool.putconn(one)',
      'one = engine.connect()\n    work(one)\n    one.close()',
      'one = SessionLocal()\n    one.add(post)\n    one.commit()\n    one.close()',
      'one = engine.raw_connection()\n    one.commit()\n    one.close()',
    ];
    for (const body of failing) {
      const [message] = await messages(`def f(post):\n    ${body}\n`);
      assert.match(
        message ?? '',
        /^one is not given back when something in between fails: call (?:putconn|close)\(\) in a finally block/,
        body,
      );
    }
    assert.equal(
      (
        await messages(
          'async def f():\n    one = await async_engine.connect()\n    await one.execute(q)\n    await one.close()\n',
        )
      ).length,
      1,
    );
  });

  it('tells of a return, of a raise and of an error that is caught', async () => {
    const early = (leave: string) => `def f(x):
    one = pool.getconn()
    if x:
        ${leave}
    pool.putconn(one)
`;
    assert.deepEqual(await messages(early('return None')), [
      `one is not given back where the function is left by this return: call putconn() in a finally block, ${after}`,
    ]);
    assert.deepEqual(await messages(early('raise ValueError()')), [
      `one is not given back where the function is left by this raise: call putconn() in a finally block, ${after}`,
    ]);
    assert.equal(
      (
        await messages(`def f():
    one = SessionLocal()
    try:
        one.commit()
        one.close()
    except IntegrityError:
        log()
`)
      ).length,
      1,
    );
  });

  const silent: Readonly<Record<string, string>> = {
    'with finally':
      'one = pool.getconn()\n    try:\n        one.cursor().execute("SELECT 1")\n    finally:\n        pool.putconn(one)',
    'with with':
      'with engine.connect() as one:\n        one.execute(q)\n    with SessionLocal() as own, own.begin():\n        own.add(1)',
    'with with of the name': 'one = engine.connect()\n    with one:\n        one.execute(q)',
    'with closing': 'with closing(pool.getconn()) as one:\n        one.commit()',
    'with the pool’s own way': 'with psycopg_pool.connection() as one:\n        one.execute(q)',
    'of a session that a generator lends':
      'one = SessionLocal()\n    try:\n        yield one\n    finally:\n        one.close()',
    'of what is returned': 'one = SessionLocal()\n    return one',
    'of what an object keeps': 'one = SessionLocal()\n    return Repository(one)',
    'of what is written elsewhere': 'one = SessionLocal()\n    g.session = one',
    'of what another function may close': 'one = engine.connect()\n    serve(one)',
    'of a session for each thread': 'one = Scoped()\n    one.commit()',
    'where each handler gives it back':
      'one = pool.getconn()\n    try:\n        one.commit()\n        pool.putconn(one)\n    except ValueError:\n        pool.putconn(one)\n    except Exception:\n        pool.putconn(one)\n        raise',
    'where nothing fails in between': 'one = pool.getconn()\n    pool.putconn(one)',
    'of a global': 'global one\n    one = engine.connect()\n    one.execute(q)',
    'of other things': 'one = smtp.connect()\n    one.send(1)\n    two = requests.Session()\n    two.get(1)',
  };
  for (const [name, body] of Object.entries(silent)) {
    it(`is silent ${name}`, async () => {
      const declared = name === 'of a global' ? 'one = None\n' : '';
      assert.deepEqual(await messages(`${declared}def f():\n    ${body}\n`), []);
    });
  }

  it('is silent at the top of a module', async () => {
    assert.deepEqual(await messages('one = engine.connect()\none.execute(q)\n'), []);
  });

  describe('its fix', () => {
    it('closes the block to its end, inside of other blocks, with tabs and await', async () => {
      assert.equal(
        await mended(`async def f():
\tfor q in queries:
\t\tone = await async_engine.connect()
\t\tawait one.execute(q)
\t\tawait one.close()
\treturn 1
`),
        `async def f():
\tfor q in queries:
\t\tone = await async_engine.connect()
\t\ttry:
\t\t\tawait one.execute(q)
\t\tfinally:
\t\t\tawait one.close()
\treturn 1
`,
      );
    });

    it('waits for the end of what is waited for', async () => {
      const sessions = `from sqlalchemy.ext.asyncio import async_sessionmaker
Sessions = async_sessionmaker(async_engine)
async def f():
    one = Sessions()
    rows = await one.execute(q)
`;
      const after = (await mended(`${sessions}    await one.close()\n`)) ?? '';
      assert.match(after, /finally:\n {8}await one\.close\(\)\n$/);
      assert.equal(await mended(sessions), after);
    });

    it('takes away what gave it back on some ways', async () => {
      assert.equal(
        await mended(`def f(x):
    one = pool.getconn()
    if x:
        pool.putconn(one)
        return None
    one.commit()
    pool.putconn(one)
`),
        `def f(x):
    one = pool.getconn()
    try:
        if x:
            return None
        one.commit()
    finally:
        pool.putconn(one)
`,
      );
    });

    const kept: Readonly<Record<string, string>> = {
      'where a text goes over several lines': 'one.execute("""\nSELECT 1\n""")\n    one.close()',
      'where a block would be empty': 'one.commit()\n    if x:\n        one.close()',
      'where it is used behind': 'one.commit()\n    one.close()\n    log(one)',
      'where it is given back in a condition': 'one.commit()\n    ok = one.close() or x',
    };
    for (const [name, body] of Object.entries(kept)) {
      it(`is not offered ${name}`, async () => {
        assert.equal(await mended(`def f(x):\n    one = engine.connect()\n    ${body}\n`), undefined);
      });
    }
  });
});
