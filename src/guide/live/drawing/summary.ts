import type { LiveChart, LiveSample } from '../../../nouns/live';
import { formatLive } from './units';

/** What the last sample that has it says of a series; undefined where none has. */
export function lastValue(samples: readonly LiveSample[], key: string): number | undefined {
  return samples.findLast(({ values }) => values[key] !== undefined)?.values[key];
}

/** What a chart shows, for who does not see it: `active: now 3, least 1, most 9` for each series. */
export function chartInWords({ title, series, unit }: LiveChart, samples: readonly LiveSample[]): string {
  const words = series.map(({ key, title: name }) => {
    const values = samples.flatMap(({ values: all }) => all[key] ?? []);
    const last = values.at(-1);
    if (last === undefined) return `${name}: nothing to tell yet`;
    const [now, least, most] = [last, smallest(values), largest(values)].map((value) => formatLive(value, unit));
    return `${name}: now ${now}, least ${least}, most ${most}`;
  });
  return `${title}. ${words.join('; ')}.`;
}

function smallest(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b));
}

function largest(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b));
}
