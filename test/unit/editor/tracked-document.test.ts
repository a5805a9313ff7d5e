import assert from 'node:assert/strict';
import type { Judgement, ReadQuery } from '../../../src/analysis/judgement';
import { TrackedQuery } from '../../../src/editor/tracked-document';

/** A query at 10…20 with a finding at 12…15. */
function query(): TrackedQuery {
  const finding = { rule: 'r', message: 'm', range: { start: 12, end: 15 }, fixes: [] };
  const read = { site: { range: { start: 10, end: 20 } }, findings: [finding], parsed: { ok: false } };
  return new TrackedQuery(read as unknown as ReadQuery);
}

function change(rangeOffset: number, rangeLength: number, text: string) {
  return { rangeOffset, rangeLength, text } as unknown as Parameters<TrackedQuery['apply']>[0];
}

describe('a query in a document that is edited', () => {
  it('moves with an edit before it, and so do its findings', () => {
    const tracked = query();
    tracked.apply(change(0, 2, 'abcd'));
    assert.deepEqual(tracked.range, { start: 12, end: 22 });
    assert.deepEqual(tracked.findings[0]?.range, { start: 14, end: 17 });
    assert.equal(tracked.touched, false);
  });

  it('stays where it is when something behind it changes', () => {
    const tracked = query();
    tracked.apply(change(21, 0, 'abcd'));
    assert.deepEqual(tracked.range, { start: 10, end: 20 });
    assert.equal(tracked.findings.length, 1);
  });

  it('loses its findings with an edit inside it, and grows', () => {
    const tracked = query();
    tracked.apply(change(13, 0, 'abc'));
    assert.deepEqual(tracked.range, { start: 10, end: 23 });
    assert.deepEqual(tracked.findings, []);
  });

  it('counts text that is typed directly behind it as part of it', () => {
    const tracked = query();
    tracked.apply(change(20, 0, ' LIMIT 1'));
    assert.equal(tracked.touched, true);
  });

  it('never gets a range that ends before it starts', () => {
    const tracked = query();
    tracked.apply(change(5, 40, ''));
    assert.ok(tracked.range.end >= tracked.range.start);
    assert.equal(tracked.touched, true);
  });

  it('keeps its last plan for its title, through several changes of the database, until there is a new one', () => {
    const tracked = query();
    const judgement = { findings: [] } as unknown as Judgement;
    tracked.judgement = judgement;
    tracked.outdate();
    tracked.outdate();
    assert.equal(tracked.judgement, undefined);
    assert.equal(tracked.outdated, judgement);
  });
});
