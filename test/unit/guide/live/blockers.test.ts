import assert from 'node:assert/strict';
import type { BlockedSession, SessionHealth } from '../../../../src/database/health/health';
import { blockTrees } from '../../../../src/guide/live/blockers';
import type { BlockNode } from '../../../../src/nouns/live';

function session(pid: number, more: Partial<SessionHealth> = {}): SessionHealth {
  const who = { user: 'blog', application: 'web', database: 'shop' };
  return { pid, ...who, state: 'active', stateSeconds: 1, ...more };
}

function waits(pid: number, seconds: number, ...blockers: readonly number[]): BlockedSession {
  return {
    session: session(pid),
    waitingSeconds: seconds,
    waitsFor: 'relation posts, AccessShareLock',
    blockedBy: blockers.map((blocker) => session(blocker, { state: 'idle in transaction' })),
  };
}

/** `1(2(3) 4)` */
const shape = (nodes: readonly BlockNode[]): string =>
  nodes.map(({ pid, waiters }) => (waiters.length === 0 ? `${pid}` : `${pid}(${shape(waiters)})`)).join(' ');

describe('who blocks whom', () => {
  it('begins with those that wait for nobody', () => {
    assert.equal(shape(blockTrees([waits(2, 9, 1), waits(3, 8, 2), waits(5, 7, 1)])), '1(2(3) 5)');
  });

  it('says what is waited for and for how long, and whom it holds up', () => {
    const [top] = blockTrees([waits(2, 12.5, 1)]);
    assert.equal(top?.who, 'pid 1 · blog · web · shop');
    assert.equal(top?.says, 'idle in transaction for 1 s, holds up 1');
    assert.equal(top?.waiters[0]?.says, 'waits 12.5 s for relation posts, AccessShareLock');
  });

  it('shows each once in a queue, below the one that holds the lock', () => {
    const queue = Array.from({ length: 30 }, (_, i) =>
      waits(2 + i, 30 - i, ...Array.from({ length: i + 1 }, (_, j) => i + 1 - j)),
    );
    const [top, ...more] = blockTrees(queue);
    assert.deepEqual(more, []);
    assert.equal(top?.pid, 1);
    assert.equal(top?.waiters.length, 30);
    assert.match(top?.waiters[4]?.says ?? '', /, also behind pid 5, pid 4, pid 3, 1 more$/);
  });

  it('ends where sessions wait for each other', () => {
    assert.equal(shape(blockTrees([waits(1, 3, 2), waits(2, 2, 1)])), '1(2)');
  });

  it('tells prepared transactions apart, which have no process', () => {
    const prepared = (name: string) => session(0, { application: `prepared transaction ${name}` });
    const trees = blockTrees([
      { ...waits(1, 3), blockedBy: [prepared('a')] },
      { ...waits(2, 2), blockedBy: [prepared('b')] },
    ]);
    assert.equal(shape(trees), '0(1) 0(2)');
    assert.equal(trees[0]?.who, 'blog · prepared transaction a · shop');
  });

  it('shows one whose blocker has just gone', () => {
    assert.equal(shape(blockTrees([waits(2, 9)])), '2');
  });

  it('shows no values of statements', () => {
    const one = waits(2, 1, 1);
    const [top] = blockTrees([{ ...one, session: session(2, { query: "ALTER ROLE a PASSWORD 'secret'" }) }]);
    assert.equal(top?.waiters[0]?.query, "ALTER ROLE a PASSWORD '…'");
  });
});
