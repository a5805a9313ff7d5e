import assert from 'node:assert/strict';
import type { GuideFacts, WorkspaceQuery } from '../../../../src/guide/facts';
import { queriesInLoops } from '../../../../src/guide/queries-per-row/loops';
import { roundTrips } from '../../../../src/guide/queries-per-row/round-trips';
import type { Finding } from '../../../../src/nouns/finding';
import { factsOf, healthOf, known, statisticOf } from '../../../support/guide-facts';

const path = '/blog/src/posts.ts';
const loop = { start: 100, end: 130 };
const inner = { start: 140, end: 180 };

function findingOf(more: Partial<Finding> = {}): Finding {
  return {
    rule: 'query-in-loop',
    severity: 'warning',
    confidence: 'likely',
    message: 'This loop sends a query for each row.',
    range: loop,
    evidence: {},
    fixes: [],
    related: [{ uri: path, range: inner, message: 'The query' }],
    ...more,
  };
}

const query: WorkspaceQuery = {
  path,
  range: inner,
  library: 'pg',
  sql: 'SELECT * FROM users WHERE id = $1',
  fingerprint: 'f1',
  readsOnly: true,
  tables: ['users'],
  writes: [],
};

function factsWith(findings: readonly Finding[], more: Partial<GuideFacts> = {}): GuideFacts {
  const deployment = { programs: [], servers: [], poolers: [], maintenance: [], monitoring: [] };
  return factsOf({
    workspace: {
      queries: [query],
      pools: [],
      sessionUses: [],
      caches: [],
      findings: findings.map((finding) => ({ path, finding })),
      deployment,
    },
    ...more,
  });
}

/** The server counted the inner query; `share` of all time. */
function counted(share: number): Partial<GuideFacts> {
  const reading = { fingerprint: 'f1', kind: 'select' as const, readsOnly: true, tables: ['users'], writes: [] };
  const statistic = statisticOf({ text: 'SELECT * FROM users WHERE id = $1', calls: 40_000, totalMs: 2_000, reading });
  const statements = { tracksIoTiming: false, statements: [statistic], totalMs: 2_000 / share, totalCalls: 50_000 };
  return { health: healthOf({ statements: known(statements) }) };
}

describe('queries for each row', () => {
  it('are none where nothing is found, and unknown where nothing was read', () => {
    assert.equal(queriesInLoops.judge(factsWith([])).state, 'passed');
    const { state, missing } = queriesInLoops.judge(factsOf({ missing: { code: 'No folder is open.' } }));
    assert.equal(state, 'unknown');
    assert.deepEqual(missing, ['No folder is open.']);
  });

  it('need attention, with their places and their edits', () => {
    const fix = { kind: 'edit' as const, title: 'One query for all', edits: [{ range: loop, newText: '' }] };
    const aside = { ...fix, title: 'In the model', isAside: true as const };
    const { state, says, places, fixes } = queriesInLoops.judge(factsWith([findingOf({ fixes: [aside, fix] })]));
    assert.equal(state, 'attention');
    assert.equal(says, '1 place sends a query for each row of a loop.');
    assert.deepEqual(places, [{ uri: path, range: loop, message: 'This loop sends a query for each row.' }]);
    assert.deepEqual(fixes, [{ ...fix, edits: [{ uri: path, range: loop, newText: '' }] }]);
  });

  it('fail where they take much of the server’s time, with its numbers', () => {
    const { state, says, places } = queriesInLoops.judge(factsWith([findingOf()], counted(0.4)));
    assert.equal(state, 'failed');
    assert.match(says, / The server counted 40,000 calls of them, 40 % of all time\.$/);
    assert.match(places?.[0]?.message ?? '', /\(2 s on the server so far\)$/);
    assert.equal(queriesInLoops.judge(factsWith([findingOf()], counted(0.05))).state, 'attention');
  });

  it('come in the order of what they cost', () => {
    const cheap = findingOf({ range: { start: 5, end: 9 }, related: [], message: 'cheap' });
    const { places } = queriesInLoops.judge(factsWith([cheap, findingOf()], counted(0.4)));
    assert.match(places?.[0]?.message ?? '', /^This loop/);
  });

  it('in tests and seeds are hints for the editor', () => {
    assert.equal(queriesInLoops.judge(factsWith([findingOf({ severity: 'hint' })])).state, 'passed');
  });

  it('are told apart from other round trips', () => {
    const facts = factsWith([findingOf({ rule: 'independent-awaits' })]);
    assert.equal(queriesInLoops.judge(facts).state, 'passed');
    assert.equal(roundTrips.judge(facts).says, '1 place makes round trips that can be saved.');
  });
});
