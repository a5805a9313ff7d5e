import assert from 'node:assert/strict';
import { growthBetween, perSecond } from '../../../src/database/health/rates';

const since = '2026-01-01T00:00:00.000Z';
const startedAt = '2026-01-01T00:00:00.000Z';
const from = { readAt: '2026-05-04T08:00:00.000Z', since, startedAt, count: 100 };
const to = { readAt: '2026-05-04T08:00:02.500Z', since, startedAt, count: 150 };

describe('the rate of a counter between two readings', () => {
  it('is its growth in a second of the server', () => {
    assert.equal(perSecond(from, to), 20);
    assert.equal(growthBetween(from, to), 50);
    assert.equal(perSecond(from, { ...to, count: 100 }), 0);
  });

  it('is not known after a reset or a restart, or where the counter became smaller', () => {
    assert.equal(perSecond(from, { ...to, since: '2026-05-04T08:00:01.000Z' }), undefined);
    assert.equal(perSecond({ ...from, since: undefined }, to), undefined);
    assert.equal(perSecond(from, { ...to, startedAt: '2026-05-04T08:00:01.000Z' }), undefined);
    assert.equal(perSecond(from, { ...to, count: 99 }), undefined);
  });

  it('is not known of a counter that one reading does not have, or without time between them', () => {
    assert.equal(perSecond({ ...from, count: undefined }, to), undefined);
    assert.equal(perSecond(from, { ...to, count: undefined }), undefined);
    assert.equal(perSecond(from, { ...to, readAt: from.readAt }), undefined);
    assert.equal(perSecond(to, { ...from, count: 200 }), undefined);
  });
});
