import assert from 'node:assert/strict';
import { Guide, type GuideSources } from '../../../src/analysis/guide/guide';
import type { Health } from '../../../src/database/health/health';
import type { Check } from '../../../src/guide/check';
import { withHealth } from '../../../src/guide/support/known';
import { passed } from '../../../src/guide/support/results';
import { Problem } from '../../../src/nouns/problem';
import { healthOf } from '../../support/guide-facts';

const version: Check = {
  id: 'bottleneck/version',
  point: 'bottleneck',
  title: 'The version',
  needs: ['health'],
  judge: (facts) => withHealth(facts, ({ server }) => passed(`Version ${server.version}.`)),
};

/** Asked after `version`: it has no earlier answer. */
const late: Check = { ...version, id: 'bottleneck/late' };

function guideOf(sources: GuideSources): Guide {
  const onDefect = (error: unknown) => assert.fail(String(error));
  return new Guide({ checks: [version, late], sources, onDefect });
}

const { signal } = new AbortController();
const away = () => Promise.reject(new Problem('unreachable', 'blog@localhost:5432 does not answer.'));

describe('The checklist of a database', () => {
  it('keeps what was found when the server goes away, with its age and the reason', async () => {
    let ask: () => Promise<Health> = async () => healthOf();
    const guide = guideOf({ health: () => ask() });
    const [first] = await guide.run([version], { signal });
    ask = away;
    const [second] = await guide.run([version], { signal });
    assert.equal(second, first);
    assert.equal(guide.facts.health?.server.version, 180000);
    assert.equal(guide.facts.missing.health, 'blog@localhost:5432 does not answer.');
  });

  it('judges nothing anew from what is old', async () => {
    let ask: () => Promise<Health> = async () => healthOf();
    const guide = guideOf({ health: () => ask() });
    await guide.run([version], { signal });
    ask = away;
    const [judged] = await guide.run([late], { signal });
    assert.equal(judged?.result.state, 'unknown');
    assert.deepEqual(judged?.result.missing, ['blog@localhost:5432 does not answer.']);
  });

  it('says nothing of an absence that is over', async () => {
    let ask: () => Promise<Health> = away;
    const guide = guideOf({ health: () => ask() });
    await guide.run([version], { signal });
    assert.equal(guide.points[0]?.state, 'unknown');
    ask = async () => healthOf();
    await guide.run([version], { signal });
    assert.equal(guide.points[0]?.state, 'passed');
    assert.equal(guide.facts.missing.health, undefined);
  });

  it('rejects with the reason of whoever ends it, and keeps what it had', async () => {
    const guide = guideOf({ health: async () => healthOf() });
    await guide.run([version], { signal });
    const ending = new AbortController();
    ending.abort(new Problem('cancelled', 'Enough.'));
    await assert.rejects(guide.run([version], { signal: ending.signal }), /Enough/);
    assert.equal(guide.points[0]?.state, 'passed');
  });

  it('shows what is read so far of what it never knew, and takes it back when somebody ends it', async () => {
    const ending = new AbortController();
    let shown: unknown;
    const guide = guideOf({
      health: async (_, onPart) => {
        onPart?.(healthOf({ indexes: { missing: 'It is being read…' } }));
        shown = guide.facts.health?.indexes;
        ending.abort(new Problem('cancelled', 'Enough.'));
        throw new Problem('cancelled', 'The request was cancelled.');
      },
    });
    await assert.rejects(guide.gather(['health'], { signal: ending.signal }), /Enough/);
    assert.deepEqual(shown, { missing: 'It is being read…' });
    assert.equal(guide.facts.health, undefined);
  });

  it('does not put the half that is read anew in the place of the whole that is known', async () => {
    let part: Health | undefined;
    const guide = guideOf({
      health: async (_, onPart) => {
        if (part) onPart?.(part);
        if (part) assert.notEqual(guide.facts.health, part);
        return healthOf();
      },
    });
    await guide.gather(['health'], { signal });
    part = healthOf({ indexes: { missing: 'It is being read…' } });
    await guide.gather(['health'], { signal });
  });

  it('judges what it can while the rest is gathered, and again with all of it', async () => {
    const slow: Check = { ...version, id: 'bottleneck/slow', needs: ['health', 'advice'] };
    const early: string[][] = [];
    const guide = new Guide({
      checks: [version, slow],
      sources: { health: async () => healthOf(), advice: async () => ({ missing: [], removable: [] }) },
      onDefect: (error) => assert.fail(String(error)),
    });
    const onPart = () => early.push(guide.points[0]?.checks.map(({ check }) => check.id) ?? []);
    await guide.run([version, slow], { signal, onPart });
    assert.deepEqual(early, [['bottleneck/version']]);
    assert.equal(guide.points[0]?.checks.length, 2);
  });
});
