import assert from 'node:assert/strict';
import { drawChart } from '../../../../src/guide/live/drawing/geometry';
import { chartInWords } from '../../../../src/guide/live/drawing/summary';
import { formatLive } from '../../../../src/guide/live/drawing/units';
import type { LiveChart, LiveSample } from '../../../../src/nouns/live';

const chart: LiveChart = {
  id: 'sessions',
  title: 'Sessions',
  unit: 'count',
  about: '',
  series: [{ key: 'a', title: 'active' }],
};
const size = { width: 266, height: 126 };

/** A sample every ten seconds from the first minute on; undefined: one that has no value. */
function samples(...values: readonly (number | undefined)[]): LiveSample[] {
  return values.map((a, i): LiveSample => ({ at: 60_000 + i * 10_000, values: { ...(a !== undefined && { a }) } }));
}

describe('a chart', () => {
  it('joins the points from the left to the right', () => {
    const { lines, area } = drawChart(chart, samples(0, 5, 10, 0, 0, 0, 0), size);
    assert.equal(lines[0]?.path.split('L')[0], `M${area.left},${area.bottom}`);
    assert.equal(lines[0]?.path.split('L').at(-1), `${area.right},${area.bottom}`);
    assert.equal(lines[0]?.path.split('L').length, 7);
  });

  it('joins nothing over a sample that has no value', () => {
    const { lines } = drawChart(chart, samples(1, 2, undefined, 3, 4), size);
    assert.equal(lines[0]?.path.match(/M/g)?.length, 2);
  });

  it('shows a value between two that are unknown as a dot', () => {
    const { lines } = drawChart(chart, samples(1, 2, undefined, 3, undefined, 4, 5), size);
    assert.equal(lines[0]?.dots.length, 1);
  });

  it('joins the points of what is sampled less often', () => {
    const { lines } = drawChart({ ...chart, isSparse: true }, samples(1, undefined, undefined, 3), size);
    assert.equal(lines[0]?.path.match(/M/g)?.length, 1);
    assert.deepEqual(lines[0]?.dots, []);
  });

  it('joins nothing over a gap, and shows how long it was', () => {
    const [first, second, third, fourth] = samples(1, 2, 3, 4);
    assert.ok(first && second && third && fourth);
    const { lines, gaps } = drawChart(chart, [first, second, { ...third, afterGap: true }, fourth], size);
    assert.equal(lines[0]?.path.match(/M/g)?.length, 2);
    assert.equal(gaps.length, 1);
    assert.ok(gaps[0] && gaps[0].to > gaps[0].from);
  });

  it('can be drawn without a sample, with one, and with zeros only', () => {
    for (const some of [[], samples(7), samples(0, 0, 0)]) {
      const drawing = drawChart(chart, some, size);
      assert.doesNotMatch(JSON.stringify(drawing), /NaN|null|Infinity/);
    }
  });

  it('has round ticks that hold all values', () => {
    const labels = (unit: LiveChart['unit'], ...values: number[]) =>
      drawChart({ ...chart, unit }, samples(...values), size).ticks.map(({ label }) => label);
    assert.deepEqual(labels('count', 1), ['0', '1']);
    assert.deepEqual(labels('count', 37), ['0', '10', '20', '30', '40']);
    assert.deepEqual(labels('bytes', 3_000_000), ['0 bytes', '1 MB', '2 MB', '3 MB']);
    assert.deepEqual(labels('share', 0.97, 1), ['90 %', '95 %', '100 %']);
    assert.deepEqual(labels('share', 0.2), ['0 %', '50 %', '100 %']);
  });

  it('stays inside its tile when that is narrow', () => {
    assert.doesNotMatch(JSON.stringify(drawChart(chart, samples(1, 2), { width: 10, height: 10 })), /NaN|null/);
  });

  it('is told in words', () => {
    assert.equal(chartInWords(chart, samples(3, 1, 9, 4)), 'Sessions. active: now 4, least 1, most 9.');
    assert.equal(chartInWords(chart, []), 'Sessions. active: nothing to tell yet.');
  });
});

describe('a value', () => {
  it('has its unit', () => {
    assert.equal(formatLive(12.34, 'per second'), '12.3/s');
    assert.equal(formatLive(0.9934, 'share'), '99.34 %');
    assert.equal(formatLive(4096.4, 'bytes per second'), '4 kB/s');
    assert.equal(formatLive(90, 'seconds'), '1 min 30 s');
  });
});
