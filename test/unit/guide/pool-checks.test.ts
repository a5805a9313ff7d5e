import assert from 'node:assert/strict';
import type { BlockedSession, SessionHealth } from '../../../src/database/health/health';
import { idleInTransaction } from '../../../src/guide/connection-pool/idle-in-transaction';
import { poolLeaks } from '../../../src/guide/connection-pool/leaks';
import { poolPerRequest } from '../../../src/guide/connection-pool/per-request';
import { poolTimeouts } from '../../../src/guide/connection-pool/timeouts';
import type { WorkspaceFacts } from '../../../src/guide/facts';
import type { Finding } from '../../../src/nouns/finding';
import { activityOf, connectionsOf, factsOf, healthOf, known, settingOf } from '../../support/guide-facts';
import { poolUseOf, workspaceOf } from '../../support/pool-facts';

const finding = (rule: string, message: string): Finding => ({
  rule,
  message,
  severity: 'warning',
  confidence: 'likely',
  range: { start: 5, end: 9 },
  evidence: {},
  fixes: [{ kind: 'edit', title: 'Give it back', edits: [{ range: { start: 5, end: 5 }, newText: 'x' }] }],
});

describe('timeouts of pools', () => {
  const judge = (
    pools: WorkspaceFacts['pools'],
    settings: Readonly<Record<string, string>> = {},
    { sessions = [], locks = [] }: { sessions?: readonly SessionHealth[]; locks?: readonly BlockedSession[] } = {},
  ) =>
    poolTimeouts.judge(
      factsOf({
        workspace: workspaceOf({ pools }),
        health: healthOf({
          settings: known(
            Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, settingOf(value)])),
          ),
          activity: activityOf({
            connections: known(connectionsOf({ byUser: [{ name: 'shop', count: 9 }], sessions })),
            locks: known(locks),
          }),
        }),
      }),
    );
  const patient = poolUseOf({
    waitMs: { value: 0, isDefault: true },
    statementMs: undefined,
    idleInTransactionMs: undefined,
  });
  const usual = { ...patient, waitMs: { value: 60_000, isDefault: true } };
  const off = { statement_timeout: '0', idle_in_transaction_session_timeout: '0', lock_timeout: '0' };
  const session = (more: Partial<SessionHealth> = {}): SessionHealth => ({
    pid: 4711,
    user: 'reports',
    application: 'api',
    database: 'blog',
    state: 'active',
    stateSeconds: 420,
    query: 'SELECT * FROM posts, comments',
    ...more,
  });
  const statements = (result: ReturnType<typeof judge>) =>
    result.fixes?.flatMap((fix) => (fix.kind === 'setting' ? [fix.sql] : []));

  it('pass where everything has an end, on the pool or on the server', () => {
    assert.equal(judge([poolUseOf()]).state, 'passed');
    const onServer = judge([usual], { statement_timeout: '30000', idle_in_transaction_session_timeout: '30000' });
    assert.deepEqual(
      [onServer.state, onServer.says],
      ['passed', 'Connections, statements and idle transactions have an end.'],
    );
  });

  it('pass on a server as it comes, with the statements for the program’s role as advice', () => {
    const result = judge([usual], off);
    assert.equal(result.state, 'passed');
    assert.equal(
      result.says,
      'Nothing hangs now. statement_timeout and idle_in_transaction_session_timeout are off: for the program’s role they would end what hangs some day.',
    );
    assert.deepEqual(statements(result), [
      "ALTER ROLE shop IN DATABASE blog SET statement_timeout = '60s'",
      "ALTER ROLE shop IN DATABASE blog SET idle_in_transaction_session_timeout = '60s'",
    ]);
  });

  it('need attention where a pool waits without an end, with the option', () => {
    const { state, says, fixes, places } = judge([patient], off);
    assert.equal(state, 'attention');
    assert.equal(says, 'A request waits without an end for a connection of pool (pg).');
    const [edit] = fixes ?? [];
    assert.equal(edit?.kind === 'edit' && edit.edits[0]?.newText, ', connectionTimeoutMillis: 5000');
    assert.equal(places?.length, 1);
  });

  it('need attention where a statement has run for minutes and nothing ends it, with the timeout for its role', () => {
    const result = judge([usual], off, { sessions: [session({ stateSeconds: 20 }), session()] });
    assert.equal(result.state, 'attention');
    assert.equal(result.says, 'A statement has run for 7 min (pid 4711, api), and statement_timeout is off.');
    assert.equal(statements(result)?.[0], "ALTER ROLE reports IN DATABASE blog SET statement_timeout = '60s'");
    assert.equal(judge([usual], { ...off, statement_timeout: '600000' }, { sessions: [session()] }).state, 'passed');
  });

  it('leave alone what takes its time, what others do, and what cannot be seen', () => {
    for (const more of [
      { query: 'COPY public.posts (id) TO stdout;' },
      { query: '  create index concurrently on posts (title)' },
      { database: 'other' },
      { state: 'idle' },
      { wait: 'Activity: WalSenderMain' },
      { stateSeconds: 100 },
    ])
      assert.equal(judge([usual], off, { sessions: [session(more)] }).state, 'passed', JSON.stringify(more));
    const hidden = poolTimeouts.judge(
      factsOf({
        workspace: workspaceOf({ pools: [usual] }),
        health: healthOf({ settings: { missing: 'Settings are hidden.' } }),
      }),
    );
    assert.deepEqual([hidden.state, hidden.missing, hidden.fixes], ['passed', ['Settings are hidden.'], []]);
    assert.match(hidden.says, /timeouts cannot\.$/);
  });

  it('need attention where somebody has waited for a lock for a minute and nothing ends that', () => {
    const lock: BlockedSession = {
      session: session({ wait: 'Lock: transactionid' }),
      waitingSeconds: 90,
      waitsFor: 'relation posts, AccessExclusiveLock',
      blockedBy: [],
    };
    const result = judge([usual], off, { sessions: [lock.session], locks: [lock] });
    assert.equal(
      result.says,
      'A session has waited for 90 s for a lock (relation posts, AccessExclusiveLock; pid 4711, api), and lock_timeout is off.',
    );
    assert.equal(statements(result)?.[0], "ALTER ROLE reports IN DATABASE blog SET lock_timeout = '60s'");
    assert.equal(judge([usual], off, { locks: [{ ...lock, waitingSeconds: 10 }] }).state, 'passed');
    assert.equal(judge([usual], { ...off, lock_timeout: '500000' }, { locks: [lock] }).state, 'passed');
  });

  it('say what is known at run time only', () => {
    const open = { isDefault: false, source: 'known at run time only' };
    const { state, says } = judge([poolUseOf({ waitMs: open, statementMs: open, idleInTransactionMs: open })], off);
    assert.deepEqual(
      [state, says],
      ['passed', 'Nothing hangs now. The timeouts of pool (pg) are known at run time only.'],
    );
  });

  it('ask nothing of a library that has no such option', () => {
    const sql = poolUseOf({ library: 'postgres', waitMs: { value: 0, isDefault: true }, options: undefined });
    assert.equal(judge([sql]).state, 'passed');
  });
});

describe('pools for each request', () => {
  it('have failed, with the function and how it is known', () => {
    const perRequest = { inFunction: "app.get('/posts')", why: 'it answers a request (req, res)' };
    const { state, says, places } = poolPerRequest.judge(
      factsOf({ workspace: workspaceOf({ pools: [poolUseOf({ perRequest })] }) }),
    );
    assert.equal(state, 'failed');
    assert.equal(says, "app.get('/posts') makes pool (pg) anew for each request: it answers a request (req, res).");
    assert.deepEqual(places?.[0]?.range, { start: 50, end: 60 });
  });

  it('are none where each is made once', () => {
    const { state, says } = poolPerRequest.judge(factsOf({ workspace: workspaceOf({ pools: [poolUseOf()] }) }));
    assert.deepEqual([state, says], ['passed', 'The pool is made once for each process.']);
  });
});

describe('leaks of connections', () => {
  it('have failed with the places and their fixes, each with its file', () => {
    const { state, says, places, fixes } = poolLeaks.judge(
      factsOf({
        workspace: workspaceOf({
          findings: [{ path: '/app/a.js', finding: finding('connection-leak', 'client is never given back.') }],
        }),
      }),
    );
    assert.equal(state, 'failed');
    assert.equal(says, 'In 1 place a connection is not given back on every way: client is never given back.');
    assert.equal(places?.[0]?.uri, '/app/a.js');
    assert.equal(fixes?.[0]?.kind === 'edit' && fixes[0].edits[0]?.uri, '/app/a.js');
  });

  it('are none where no rule finds one, and unknown where nothing was read', () => {
    assert.equal(poolLeaks.judge(factsOf({ workspace: workspaceOf({ pools: [poolUseOf()] }) })).state, 'passed');
    assert.equal(poolLeaks.judge(factsOf({ workspace: workspaceOf() })).state, 'not applicable', 'there is no pool');
    const ofGo = poolLeaks.judge(
      factsOf({ workspace: workspaceOf({ pools: [poolUseOf({ library: 'database/sql' })] }) }),
    );
    assert.equal(ofGo.state, 'not applicable', 'only its pools are read');
    assert.equal(poolLeaks.judge(factsOf()).state, 'unknown');
  });
});

describe('sessions that are idle in a transaction', () => {
  const session = (more: Partial<SessionHealth> = {}): SessionHealth => ({
    pid: 4711,
    user: 'shop',
    application: 'api',
    database: 'blog',
    state: 'idle in transaction',
    stateSeconds: 20,
    transactionSeconds: 25,
    query: 'UPDATE posts SET title = $1',
    ...more,
  });
  const judge = (
    sessions: readonly SessionHealth[],
    locks: readonly BlockedSession[] = [],
    findings: WorkspaceFacts['findings'] = [],
  ) =>
    idleInTransaction.judge(
      factsOf({
        workspace: workspaceOf({ findings }),
        health: healthOf({
          activity: activityOf({ connections: known(connectionsOf({ sessions })), locks: known(locks) }),
        }),
      }),
    );

  it('pass while they are short, as between two statements of a request', () => {
    assert.equal(
      judge([session({ stateSeconds: 2 }), session({ state: 'active', stateSeconds: 100 })]).state,
      'passed',
    );
  });

  it('need attention after ten seconds, with who it is and a timeout for its role', () => {
    const { state, says, fixes } = judge([session()]);
    assert.equal(state, 'attention');
    assert.equal(says, '1 session is idle in a transaction, the longest for 20 s (pid 4711, api).');
    assert.deepEqual(
      fixes?.map((fix) => ('sql' in fix ? fix.sql : fix.kind)),
      ["ALTER ROLE shop IN DATABASE blog SET idle_in_transaction_session_timeout = '60s'"],
    );
  });

  it('have failed when they keep others waiting, with the statement that ends them', () => {
    const waiting = session({ pid: 4712, state: 'active' });
    const { state, says, fixes } = judge(
      [session(), waiting],
      [{ session: waiting, waitingSeconds: 15, waitsFor: 'relation posts', blockedBy: [session()] }],
    );
    assert.equal(state, 'failed');
    assert.match(says, /; 1 of them keeps others waiting\.$/);
    assert.equal(fixes?.[0]?.kind === 'statement' && fixes[0].sql, 'SELECT pg_terminate_backend(4711)');
  });

  it('are unknown where the sessions of others are hidden', () => {
    const partly = 'State of 3 sessions of other users are hidden.';
    const connections = { value: connectionsOf(), partly };
    const { state, missing } = idleInTransaction.judge(
      factsOf({ workspace: workspaceOf(), health: healthOf({ activity: activityOf({ connections }) }) }),
    );
    assert.deepEqual([state, missing], ['unknown', [partly]]);
  });

  it('tell of the code that holds connections meanwhile, even if none is seen now', () => {
    const { state, says, places } = judge(
      [],
      [],
      [{ path: '/app/a.js', finding: finding('client-held-across-call', 'held') }],
    );
    assert.equal(state, 'attention');
    assert.equal(
      says,
      'No session is idle in a transaction now, but in 1 place the code waits for something else while it holds a connection.',
    );
    assert.equal(places?.length, 1);
  });
});
