import { drawChart } from '../../guide/live/drawing/geometry';
import { chartInWords, lastValue } from '../../guide/live/drawing/summary';
import { formatLive } from '../../guide/live/drawing/units';
import type { LiveChart, LiveSample } from '../../nouns/live';
import { escaped } from './html-parts';

const size = { width: 420, height: 150 };

/** The dashboard's charts as they were, with their last values; nothing for one that has no values. */
export function chartsHtml(charts: readonly LiveChart[], samples: readonly LiveSample[]): string {
  return charts.map((chart) => chartHtml(chart, samples)).join('\n');
}

function chartHtml(chart: LiveChart, samples: readonly LiveSample[]): string {
  const { title, about, missing, series, unit } = chart;
  const head = `<h3>${escaped(title)}</h3><p class="quiet">${escaped(about)}</p>`;
  if (missing !== undefined) return `<section class="tile">${head}<p>${escaped(missing)}</p></section>`;
  const items = series.map(({ key, title: name }, i) => {
    const value = lastValue(samples, key);
    const told = value === undefined ? '–' : formatLive(value, unit);
    return `<li><svg class="s${i}" width="24" height="8" aria-hidden="true"><line class="line" x1="0" x2="24" y1="4" y2="4"/></svg>${escaped(name)} <strong>${escaped(told)}</strong></li>`;
  });
  return `<section class="tile">${head}<ul class="legend">${items.join('')}</ul>${picture(chart, samples)}</section>`;
}

function picture(chart: LiveChart, samples: readonly LiveSample[]): string {
  const { area, ticks, threshold, gaps, lines, from, to } = drawChart(chart, samples, size);
  const text = (content: string, place: string) => `<text ${place}>${escaped(content)}</text>`;
  const across = (kind: string, y: number) =>
    `<line class="${kind}" x1="${area.left}" x2="${area.right}" y1="${y}" y2="${y}"/>`;
  const parts = [
    ...gaps.map(
      (gap) =>
        `<rect class="gap" x="${gap.from}" y="${area.top}" width="${gap.to - gap.from}" height="${area.bottom - area.top}"/>`,
    ),
    ...ticks.map(
      ({ y, label }) => across('grid', y) + text(label, `x="${area.left - 6}" y="${y + 4}" text-anchor="end"`),
    ),
    ...(threshold
      ? [
          across('threshold', threshold.y),
          text(threshold.label, `x="${area.right}" y="${threshold.y - 3}" text-anchor="end"`),
        ]
      : []),
    ...lines.map(({ path, dots }, i) => {
      const points = dots.map(({ x, y }) => `<circle class="dot s${i}" cx="${x}" cy="${y}" r="2.5"/>`).join('');
      return (path === '' ? '' : `<path class="line s${i}" d="${path}"/>`) + points;
    }),
    ...(to > 0
      ? [
          text(clock(from), `x="${area.left}" y="${size.height - 4}"`),
          text(clock(to), `x="${area.right}" y="${size.height - 4}" text-anchor="end"`),
        ]
      : []),
  ];
  const box = `viewBox="0 0 ${size.width} ${size.height}" width="${size.width}" height="${size.height}"`;
  return `<svg class="plot" ${box} role="img" aria-label="${escaped(chartInWords(chart, samples))}">${parts.join('')}</svg>`;
}

/** `12:03:07 UTC`: the report is read elsewhere. */
function clock(at: number): string {
  return `${new Date(at).toISOString().slice(11, 19)} UTC`;
}
