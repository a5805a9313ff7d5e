import assert from 'node:assert/strict';
import type { CacheUse } from '../../../../src/code/caches/cache-use';
import type { StatementStatistic } from '../../../../src/database/health/health';
import { cacheCandidates } from '../../../../src/guide/cache/candidates';
import { hitRatio, lifetimeFor } from '../../../../src/guide/cache/estimate';
import { cacheInvalidation } from '../../../../src/guide/cache/invalidation';
import { cacheLifetime } from '../../../../src/guide/cache/lifetime';
import { cacheStampede } from '../../../../src/guide/cache/stampede';
import { whyNotKept } from '../../../../src/guide/cache/volatile';
import type { GuideFacts, IndexAdvice, WorkspaceFacts, WorkspaceQuery } from '../../../../src/guide/facts';
import { SqlParser } from '../../../../src/sql/parser';
import { readingOf } from '../../../../src/sql/statement-reading';
import { factsOf, healthOf, known, statisticOf, tableOf } from '../../../support/guide-facts';
import { workspaceOf } from '../../../support/pool-facts';

let parser: SqlParser;
before(async () => {
  parser = await SqlParser.load();
});

const reading = (sql: string) => {
  const parsed = parser.parse(sql);
  assert.ok(parsed.ok, sql);
  return readingOf(parsed.statement);
};

function query(sql: string, inFunction: string, start: number, path = '/app/src/posts.js'): WorkspaceQuery {
  const { kind: _, ...read } = reading(sql);
  return { path, range: { start, end: start + 10 }, library: 'pg', inFunction, sql, ...read };
}

const statistic = (text: string, more: Partial<StatementStatistic>): StatementStatistic =>
  statisticOf({ text, queryId: text, reading: reading(text), ...more });

/** Counted for 1,000 seconds. */
function judgeCandidates(
  statements: readonly StatementStatistic[],
  queries: readonly WorkspaceQuery[],
  more: Partial<WorkspaceFacts> = {},
  others: Partial<GuideFacts> = {},
) {
  const totalMs = statements.reduce((sum, one) => sum + one.totalMs, 0);
  const totalCalls = statements.reduce((sum, one) => sum + one.calls, 0);
  return cacheCandidates.judge(
    factsOf({
      health: healthOf({
        tables: known([tableOf('posts', { liveRows: 50 }), tableOf('posts_tags', { liveRows: 50 })]),
        statements: known({ since: '2026-01-01T11:43:20Z', tracksIoTiming: false, statements, totalMs, totalCalls }),
      }),
      workspace: workspaceOf({ queries, ...more }),
      ...others,
    }),
  );
}

const front = 'SELECT id, title FROM posts WHERE status = $1 ORDER BY created_at DESC LIMIT 20';
const often = { calls: 20_000, totalMs: 400_000, meanMs: 20, rows: 400_000 };

describe('statements that are worth a cache', () => {
  it('come after the index that makes them quick', () => {
    const proof = { sql: front, costBefore: 9_000, costAfter: 30 };
    const advice = { missing: [{ index: { table: 'posts' }, proof }], removable: [] } as unknown as IndexAdvice;
    const says = (more?: Partial<GuideFacts>) =>
      judgeCandidates([statistic(front, often)], [query(front, 'frontPage', 100)], {}, more).says;
    assert.match(says({ advice }), /\. Create the index on posts first: it makes this 300 times cheaper\.$/);
    assert.doesNotMatch(says(), /index/);
  });

  it('are not those of views, of which nobody knows here what writes them', () => {
    const view = 'SELECT id, title FROM popular_posts WHERE status = $1';
    const { state, evidence } = judgeCandidates([statistic(view, often)], [query(view, 'popular', 100)]);
    assert.equal(state, 'not applicable');
    assert.match(JSON.stringify(evidence), /what popular_posts is made of is not known: a view/);
  });

  it('depend on the tables of all statements of their call, which is edited once', () => {
    const ofTags = 'SELECT id, post_id FROM posts_tags WHERE post_id IN ($1)';
    const queries = [query(front, 'frontPage', 100), query(ofTags, 'frontPage', 100)];
    const path = '/app/src/posts.js';
    const range = { start: 100, end: 110 };
    const reads = { wrapped: range, key: ["'posts.frontPage'"], before: '', after: '' };
    const module = {
      path: '/app/cache.service.js',
      name: 'cache',
      isThere: true,
      kind: 'esm' as const,
      manager: 'npm' as const,
      quote: "'",
      hasClient: true,
    };
    const { fixes = [] } = judgeCandidates([statistic(front, often), statistic(ofTags, often)], queries, {
      cacheAside: { wraps: [{ path, range, reads }], modules: { [path]: module } },
    });
    assert.equal(fixes.length, 1);
    assert.ok(fixes[0]?.kind === 'edit');
    assert.match(fixes[0].edits[0]?.newText ?? '', /tables: \['posts_tags', 'posts'\]/);
    assert.equal(fixes[0].edits.length, 2);
  });

  it('are asked often, take much of the time, and read what is rarely written', () => {
    const { state, says, places, evidence } = judgeCandidates(
      [statistic(front, often), statistic('UPDATE posts SET title = $1', { calls: 10, totalMs: 10 })],
      [query(front, 'frontPage', 100), query('UPDATE posts SET title = $1', 'rename', 200)],
    );
    assert.equal(state, 'attention');
    assert.match(says, /^1 statement is asked far more often than the tables change; a cache would save at least 9\d/);
    assert.deepEqual(
      places?.map(({ uri, range }) => [uri, range.start]),
      [['/app/src/posts.js', 100]],
    );
    const [table] = evidence ?? [];
    assert.ok(table?.kind === 'table');
    const [, sender, key, , , ratio, lifetime] = table.rows[0] ?? [];
    // 20 reads a second, a write each 100 s.
    assert.deepEqual([sender, key, ratio, lifetime], ['frontPage in posts.js', 'frontPage:*', '2,000', '100 s']);
  });

  it('are none where every reader also writes', () => {
    const { state, says, evidence } = judgeCandidates(
      [statistic(front, often), statistic('UPDATE posts SET views = views + 1', { calls: 20_000, totalMs: 10 })],
      [query(front, 'frontPage', 100)],
    );
    assert.equal(state, 'not applicable');
    assert.equal(says, 'No statement is worth a cache: none would save a tenth of the time.');
    assert.ok(JSON.stringify(evidence).includes('written too often'));
  });

  it('are none whose answer depends on more than tables, is large, is fast, or that nobody here sends', () => {
    const judged = (text: string, more: Partial<StatementStatistic> = {}, at = [query(text, 'all', 100)]) =>
      judgeCandidates([statistic(text, { ...often, ...more })], at).state;
    assert.equal(judged(front), 'attention');
    assert.equal(judged('SELECT * FROM posts WHERE created_at > now()'), 'not applicable');
    assert.equal(judged('SELECT * FROM posts FOR UPDATE'), 'not applicable');
    assert.equal(judged(front, { rows: 90_000_000 }), 'not applicable');
    assert.equal(judged(front, { meanMs: 0.2 }), 'not applicable');
    assert.equal(judged(front, {}, []), 'not applicable');
    assert.equal(judged(front, { calls: 5 }), 'unknown');
  });

  it('are none where a cache stands before them', () => {
    const use: CacheUse = {
      path: '/app/src/posts.js',
      range: { start: 90, end: 95 },
      library: 'redis',
      does: 'get',
      key: 'front',
      scope: { start: 50, end: 300 },
    };
    const { state, evidence } = judgeCandidates([statistic(front, often)], [query(front, 'frontPage', 100)], {
      caches: [use],
    });
    assert.equal(state, 'not applicable');
    assert.ok(JSON.stringify(evidence).includes('a cache stands before it already'));
  });

  it('are not known without counting', () => {
    assert.equal(cacheCandidates.judge(factsOf({ workspace: workspaceOf() })).state, 'unknown');
    assert.equal(cacheCandidates.judge(factsOf({ missing: { code: 'There is no workspace.' } })).state, 'unknown');
  });
});

describe('the estimate of a cache', () => {
  it('is the share of reads that come during the life of an entry', () => {
    // 1 read a second for 9 s after each miss: 9 of 10.
    assert.equal(hitRatio({ readsPerSecond: 1, writesPerSecond: 0, keys: 1 }, 9), 0.9);
    assert.equal(hitRatio({ readsPerSecond: 10, writesPerSecond: 0, keys: 10 }, 9), 0.9);
    // As many writes as reads: every other read finds an entry.
    assert.ok(Math.abs(hitRatio({ readsPerSecond: 1, writesPerSecond: 1, keys: 1 }, 1e6) - 0.5) < 1e-9);
  });

  it('is close to what a simulation counts', () => {
    // Poisson arrivals from a generator that always gives the same numbers.
    let seed = 7;
    const random = () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    const wait = (rate: number) => -Math.log(random()) / rate;
    const [readRate, writeRate, lifetime] = [5, 0.5, 3];
    let [hits, until, nextWrite, now] = [0, -1, wait(writeRate), 0];
    const reads = 200_000;
    for (let i = 0; i < reads; i++) {
      now += wait(readRate);
      for (; nextWrite < now; nextWrite += wait(writeRate)) until = -1;
      if (now < until) hits++;
      else until = now + lifetime;
    }
    const expected = hitRatio({ readsPerSecond: readRate, writesPerSecond: writeRate, keys: 1 }, lifetime);
    assert.ok(Math.abs(hits / reads - expected) < 0.01, `${hits / reads} for ${expected}`);
  });

  it('keeps an answer as long as there is between two writes, at most an hour', () => {
    const lifetimes = [0, 1 / 86_400, 1 / 1000, 1 / 30, 5].map((writesPerSecond) =>
      lifetimeFor({ readsPerSecond: 1, writesPerSecond, keys: 1 }),
    );
    assert.deepEqual(lifetimes, [3600, 3600, 960, 30, 1]);
  });
});

describe('answers that are not kept', () => {
  it('depend on the time, chance, the user or locks', () => {
    assert.equal(whyNotKept('SELECT * FROM a WHERE b < CURRENT_DATE'), 'it depends on the time');
    assert.equal(whyNotKept('SELECT * FROM a ORDER BY random()'), 'it depends on chance');
    assert.equal(whyNotKept("SELECT * FROM a WHERE b = current_setting('app.user')"), 'it depends on who asks');
    assert.equal(whyNotKept('SELECT * FROM a FOR NO KEY UPDATE'), 'it locks its rows');
    assert.equal(whyNotKept("SELECT 'now()', knows FROM a -- random()"), undefined);
  });
});

const use = (does: CacheUse['does'], key: string, start: number, more: Partial<CacheUse> = {}): CacheUse => ({
  path: '/app/src/posts.js',
  range: { start, end: start + 5 },
  library: 'redis',
  does,
  key,
  scope: { start: start - (start % 100), end: start - (start % 100) + 99 },
  ...more,
});

describe('caches and the writes of what they keep', () => {
  const read = () => query('SELECT * FROM posts WHERE id = $1', 'onePost', 110);
  const write = () => query('UPDATE posts SET title = $1 WHERE id = $2', 'PostsService.rename', 210);
  const judge = (caches: readonly CacheUse[], queries = [read(), write()]) =>
    cacheInvalidation.judge(factsOf({ workspace: workspaceOf({ caches, queries }) }));
  const set = use('set', 'post:*', 120, { lifetime: 3600 });

  it('are a warning where a write clears nothing', () => {
    const { state, says, places } = judge([set]);
    assert.equal(state, 'attention');
    assert.equal(says, '1 place writes what is cached and does not clear it: post:* stays outdated for up to 60 min.');
    assert.deepEqual(
      places?.map(({ range, message }) => [range.start, message]),
      [
        [120, 'post:* is put into the cache, made of posts.'],
        [210, 'It writes posts and does not clear post:*.'],
      ],
    );
  });

  it('are told, not warned of, where a lifetime says that answers may be that old', () => {
    const { state, says, evidence } = judge([use('set', 'post:*', 120, { lifetime: 30 })]);
    assert.equal(state, 'passed');
    assert.equal(says, 'What is cached is outdated for 30 s at most after a write.');
    assert.match(JSON.stringify(evidence), /post:\*/);
  });

  it('are failed where nothing clears it and it never expires', () => {
    assert.equal(judge([use('set', 'post:*', 120, { staysForEver: true })]).state, 'failed');
  });

  it('are right where the same function clears it, or the one that calls it', () => {
    assert.equal(judge([set, use('delete', 'post:*', 220)]).state, 'passed');
    assert.equal(judge([set, use('delete', 'post:*', 320, { beside: ['rename'] })]).state, 'passed');
    assert.equal(judge([set, use('delete', '*', 220)]).state, 'passed');
    const caller = { path: '/app/src/posts.js', range: { start: 200, end: 299 } };
    assert.equal(judge([set, use('delete', 'post:*', 320, { callers: [caller] })]).state, 'passed');
    const both = { path: '/app/src/routes.js', range: { start: 0, end: 99 }, beside: ['rename', 'clearPost'] };
    assert.equal(judge([set, use('delete', 'post:*', 320, { callers: [both] })]).state, 'passed');
    assert.equal(judge([set, use('delete', 'user:*', 220)]).state, 'attention');
  });

  it('are followed into the function that asks for what is cached', () => {
    const calls = [{ path: '/app/src/posts.js', range: { start: 100, end: 150 } }];
    const far = use('set', 'post:*', 520, { calls, lifetime: 3600 });
    assert.equal(judge([far]).state, 'attention');
    // Another function has the same name.
    assert.equal(judge([use('set', 'post:*', 520, { beside: ['onePost'] })]).state, 'not applicable');
    assert.equal(judge([use('set', 'session:*', 520)]).state, 'not applicable');
  });

  it('are nothing to ask about where nothing is cached, and not known without code', () => {
    assert.equal(judge([]).state, 'not applicable');
    assert.equal(cacheInvalidation.judge(factsOf()).state, 'unknown');
  });
});

describe('lifetimes of what is cached', () => {
  const judge = (caches: readonly CacheUse[]) => cacheLifetime.judge(factsOf({ workspace: workspaceOf({ caches }) }));

  it('are missing where a key for each call never expires', () => {
    const { state, says } = judge([use('set', 'post:*', 120, { staysForEver: true })]);
    assert.equal(state, 'attention');
    assert.match(says, /^1 place puts what never expires into a cache, which grows for ever: post:\* \(redis\)/);
  });

  it('are missing of a Map only where a query is asked for what it keeps', () => {
    const kept = use('set', 'cache[*]', 120, { library: 'Map', staysForEver: true });
    assert.equal(judge([kept]).state, 'passed');
    const queries = [query('SELECT * FROM posts WHERE id = $1', 'onePost', 110)];
    const workspace = workspaceOf({ caches: [kept], queries });
    assert.equal(cacheLifetime.judge(factsOf({ workspace })).state, 'attention');
  });

  it('are not needed for a single key', () => {
    assert.equal(judge([use('set', 'front', 120, { staysForEver: true })]).state, 'passed');
    assert.equal(judge([use('set', 'post:*', 120, { lifetime: 60 })]).state, 'passed');
    assert.equal(judge([]).state, 'not applicable');
  });
});

describe('entries that expire while many ask', () => {
  const judge = (meanMs: number, calls: number) => {
    const text = 'SELECT * FROM posts WHERE id = $1';
    const statements = [statistic(text, { calls, meanMs, totalMs: calls * meanMs })];
    return cacheStampede.judge(
      factsOf({
        health: healthOf({
          statements: known({
            since: '2026-01-01T11:43:20Z',
            tracksIoTiming: false,
            statements,
            totalMs: calls * meanMs,
            totalCalls: calls,
          }),
        }),
        workspace: workspaceOf({ caches: [use('set', 'post:*', 120)], queries: [query(text, 'onePost', 110)] }),
      }),
    );
  };

  it('are said, with how many run the query at once', () => {
    const { state, says } = judge(400, 20_000);
    assert.equal(state, 'passed');
    assert.match(says, /^post:\*: when the entry expires, about 8 callers run its query \(400 ms\) at once/);
  });

  it('are no matter for a fast or a rare query', () => {
    assert.match(judge(5, 20_000).says, /^No query behind a cache/);
    assert.match(judge(400, 100).says, /^No query behind a cache/);
  });
});
