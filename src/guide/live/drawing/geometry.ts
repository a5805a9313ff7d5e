import type { LiveChart, LiveSample, LiveUnit } from '../../../nouns/live';
import { formatLive } from './units';

/** Of the drawing, in its own units. */
export interface ChartSize {
  readonly width: number;
  readonly height: number;
}

export interface ChartDrawing {
  readonly lines: readonly DrawnLine[];
  /** Horizontal lines with their labels, from below. */
  readonly ticks: readonly { readonly y: number; readonly label: string }[];
  readonly threshold?: { readonly y: number; readonly label: string };
  /** Time without samples, from and to. */
  readonly gaps: readonly { readonly from: number; readonly to: number }[];
  /** Of the chart's area: left, right, top, bottom. */
  readonly area: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };
  readonly from: number;
  readonly to: number;
}

export interface DrawnLine {
  readonly key: string;
  readonly title: string;
  /** SVG's `d`; '' where there is no point. */
  readonly path: string;
  /** Points that no line joins to another. */
  readonly dots: readonly { readonly x: number; readonly y: number }[];
}

const margin = { left: 58, right: 8, top: 8, bottom: 18 };
/** Shorter spans are drawn as this long, in ms: two samples are no trend over the whole width. */
const leastSpan = 30_000;

/** Where the lines of a chart go. Nothing is joined over a gap, or over a sample that has no value. */
export function drawChart(chart: LiveChart, samples: readonly LiveSample[], size: ChartSize): ChartDrawing {
  const to = samples.at(-1)?.at ?? 0;
  const from = Math.min(samples[0]?.at ?? 0, to - leastSpan);
  const area = {
    left: margin.left,
    right: Math.max(margin.left + 1, size.width - margin.right),
    top: margin.top,
    bottom: Math.max(margin.top + 1, size.height - margin.bottom),
  };
  const x = (at: number) => round(area.left + ((at - from) / (to - from)) * (area.right - area.left));
  const scale = scaleOf(chart, samples);
  const y = (value: number) =>
    round(area.bottom - ((value - scale.least) / (scale.most - scale.least)) * (area.bottom - area.top));
  return {
    lines: chart.series.map(({ key, title }) => ({
      key,
      title,
      ...joined(piecesOf(samples, key, chart.isSparse === true), x, y),
    })),
    ticks: scale.ticks.map((value) => ({ y: y(value), label: formatLive(value, chart.unit) })),
    ...(chart.threshold &&
      inside(chart.threshold.value, scale) && {
        threshold: { y: y(chart.threshold.value), label: chart.threshold.label },
      }),
    gaps: samples.flatMap(({ at, afterGap }, i) => {
      const before = samples[i - 1];
      return afterGap && before ? [{ from: x(before.at), to: x(at) }] : [];
    }),
    area,
    from,
    to,
  };
}

interface Point {
  readonly at: number;
  readonly value: number;
}

/** Points that follow one another. */
function piecesOf(samples: readonly LiveSample[], key: string, isSparse: boolean): Point[][] {
  const pieces: Point[][] = [[]];
  for (const { at, values, afterGap } of samples) {
    const value = values[key];
    if (afterGap) pieces.push([]);
    if (value !== undefined && Number.isFinite(value)) pieces.at(-1)?.push({ at, value });
    else if (!isSparse) pieces.push([]);
  }
  return pieces.filter((piece) => piece.length > 0);
}

function joined(
  pieces: readonly (readonly Point[])[],
  x: (at: number) => number,
  y: (value: number) => number,
): Pick<DrawnLine, 'path' | 'dots'> {
  const path = pieces
    .filter((piece) => piece.length > 1)
    .map((piece) => `M${piece.map(({ at, value }) => `${x(at)},${y(value)}`).join('L')}`)
    .join('');
  const alone = pieces.flatMap((piece) => (piece.length === 1 ? piece : []));
  return { path, dots: alone.map(({ at, value }) => ({ x: x(at), y: y(value) })) };
}

interface Scale {
  readonly least: number;
  readonly most: number;
  readonly ticks: readonly number[];
}

function inside(value: number, { least, most }: Scale): boolean {
  return value >= least && value <= most;
}

/** From 0 to a round number above all values; of shares near 1 only the upper end. */
function scaleOf({ series, unit, threshold }: LiveChart, samples: readonly LiveSample[]): Scale {
  let least = Number.POSITIVE_INFINITY;
  let most = 0;
  for (const { values } of samples) {
    for (const { key } of series) {
      const value = values[key];
      if (value === undefined || !Number.isFinite(value)) continue;
      most = Math.max(most, value);
      least = Math.min(least, value);
    }
  }
  if (unit === 'share') return shareScale(Math.min(least, threshold?.value ?? 1));
  const step = niceStep(most, unit);
  const steps = Math.max(1, Math.ceil(most / step - 1e-9));
  return { least: 0, most: step * steps, ticks: Array.from({ length: steps + 1 }, (_, i) => i * step) };
}

function shareScale(least: number): Scale {
  const from = least >= 0.9 ? 0.9 : least >= 0.5 ? 0.5 : 0;
  return { least: from, most: 1, ticks: [from, (from + 1) / 2, 1] };
}

/** Two to five steps of 1, 2 or 5 times a power of ten; of bytes a power of two. */
function niceStep(most: number, unit: LiveUnit): number {
  if (!(most > 0)) return 1;
  const rough = most / 4;
  if (unit === 'bytes' || unit === 'bytes per second') return 2 ** Math.max(0, Math.ceil(Math.log2(rough)));
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((times) => times * power >= rough) ?? 10);
  return unit === 'count' ? Math.max(1, step) : step;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
