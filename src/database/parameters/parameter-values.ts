import type { Parameter } from '../../nouns/query-site';
import type { Statement } from '../../nouns/statement';
import { arrayText, parseArrayText } from '../array-text';
import type { ParameterValues } from '../planner';
import type { ColumnStatistics, Snapshot, SnapshotTable } from '../snapshot';
import { type ParameterUse, parameterUses } from './parameter-uses';

/** One set of values for all `$n`, and where each came from: `author_id = 17 (most common value)`. */
export interface CandidateValues {
  readonly values: ParameterValues;
  readonly said: readonly string[];
}

interface Choice {
  readonly value: string | null;
  readonly said: string;
}

/** Each set costs one EXPLAIN. */
const mostCandidates = 6;

/**
 * Values that the tables really hold, for the `$n` of a statement: the most common one, a median, a rare one.
 * `types` are the server's names (`integer`, `text[]`); `parameters` tell what the program puts around a value. No candidate at all when the statistics say nothing about any
 * parameter: then a generic plan is the honest answer.
 */
export function chooseValues(
  statement: Statement,
  types: readonly string[],
  snapshot: Pick<Snapshot, 'tables' | 'searchPath'>,
  parameters: readonly Pick<Parameter, 'index' | 'wildcards' | 'constant'>[] = [],
): CandidateValues[] {
  const said = new Map(parameters.map((parameter) => [parameter.index, parameter]));
  const uses = parameterUses(statement);
  let isKnown = false;
  const choices: Choice[][] = [];
  for (const [index, type] of types.entries()) {
    const use: ParameterUse = uses.get(index + 1) ?? { kind: 'other', said: `$${index + 1} =` };
    const { wildcards, constant } = said.get(index + 1) ?? {};
    if (constant !== undefined) {
      choices.push([{ value: constant, said: say(use, constant ?? 'NULL', 'as written') }]);
      continue;
    }
    const statistics = use.column && findStatistics(statement, use.column, snapshot);
    const found =
      use.kind === 'like'
        ? patterns(use, statistics, wildcards)
        : (fixedChoices(use) ?? (statistics && fromStatistics(use, statistics)) ?? []);
    if (found.length > 0) isKnown = true;
    const assumed = assumedValue(type);
    if (found.length === 0 && assumed === undefined) return [];
    choices.push(found.length > 0 ? found : [{ value: assumed ?? '', said: say(use, assumed ?? '', 'assumed') }]);
  }
  return isKnown || parameters.some(({ constant }) => constant !== undefined) ? combinations(choices) : [];
}

/** All first choices, all second, all third; then one parameter at a time differs from the first. */
function combinations(choices: readonly (readonly Choice[])[]): CandidateValues[] {
  const rows = new Map<string, readonly Choice[]>();
  const add = (row: readonly (Choice | undefined)[]) => {
    const whole = row.filter((choice) => choice !== undefined);
    rows.set(JSON.stringify(whole.map(({ value }) => value)), whole);
  };
  for (const level of [0, 1, 2]) add(choices.map((list) => list[Math.min(level, list.length - 1)]));
  for (const [index, list] of choices.entries()) {
    for (const choice of list.slice(1)) add(choices.map((other, at) => (at === index ? choice : other[0])));
  }
  return [...rows.values()].slice(0, mostCandidates).map((row) => ({
    values: row.map(({ value }) => value),
    said: row.map(({ said }) => said),
  }));
}

function fixedChoices(use: ParameterUse): Choice[] | undefined {
  if (use.kind === 'limit') return [{ value: '10', said: 'LIMIT 10 (assumed)' }];
  if (use.kind === 'offset') {
    // A crawler or a person with patience gets to the 500th page of 20.
    return [
      { value: '0', said: 'OFFSET 0 (assumed)' },
      { value: '10000', said: 'OFFSET 10000 (assumed)' },
    ];
  }
  return undefined;
}

function fromStatistics(use: ParameterUse, statistics: ColumnStatistics): Choice[] {
  const common = readValues(statistics.mostCommonValues);
  const bounds = readValues(statistics.histogramBounds);
  const at = (share: number) => bounds[Math.round(share * (bounds.length - 1))];
  const choose = (...pairs: [value: string | undefined, from: string][]) => {
    const seen = new Set<string>();
    return pairs.flatMap(([value, from]) => {
      if (value === undefined || seen.has(value)) return [];
      seen.add(value);
      return [{ value, said: say(use, value, from) }];
    });
  };
  switch (use.kind) {
    case 'any': {
      const few = [...common.slice(0, 3), at(0.5), at(0.1)].filter((value) => value !== undefined).slice(0, 3);
      return few.length === 0 ? [] : choose([arrayText(few), 'values of the table']);
    }
    case 'less':
    case 'greater': {
      const sorted = bounds.length > 0 ? bounds : common;
      const of = (share: number) => sorted[Math.round(share * (sorted.length - 1))];
      const near = (high: boolean) => (high ? 'near the highest value' : 'near the lowest value');
      const few = use.kind === 'greater';
      return choose([of(0.5), 'median'], [of(few ? 0.1 : 0.9), near(!few)], [of(few ? 0.99 : 0.01), near(few)]);
    }
    case 'from':
    case 'to': {
      const ends = use.kind === 'from' ? [0.45, 0.1, 0.9] : [0.55, 0.9, 0.95];
      const sorted = bounds.length > 0 ? bounds : common;
      return ends.flatMap((share) => {
        const value = sorted[Math.round(share * (sorted.length - 1))];
        return value === undefined
          ? []
          : [{ value, said: say(use, value, `${Math.round(share * 100)} % of the values are lower`) }];
      });
    }
    default:
      return choose(
        [common[0], 'most common value'],
        [at(0.5), 'median'],
        [bounds.length > 0 ? at(0) : common.at(-1), 'a rare value'],
      );
  }
}

/**
 * For LIKE: a word anywhere and a word at the beginning, for only the latter can use a B-tree; one of them when the program
 * is seen to put `%` around its value.
 */
function patterns(
  use: ParameterUse,
  statistics: ColumnStatistics | undefined,
  wildcards: Parameter['wildcards'],
): Choice[] {
  const bounds = readValues(statistics?.histogramBounds);
  const word = bounds[Math.round(0.5 * (bounds.length - 1))] ?? readValues(statistics?.mostCommonValues)[0];
  const [middle, first, from] =
    word === undefined ? ['word', 'word', 'assumed'] : [part(word), start(word), 'of a median value'];
  const about = (which: string) => (word === undefined ? from : `${which} ${from}`);
  const anywhere = { value: `%${middle}%`, said: say(use, `%${middle}%`, about('a part')) };
  const atStart = { value: `${first}%`, said: say(use, `${first}%`, about('the start')) };
  if (wildcards === 'after') return [atStart];
  if (wildcards === 'before') return [{ value: `%${middle}`, said: say(use, `%${middle}`, about('a part')) }];
  return wildcards === 'both' ? [anywhere] : [anywhere, atStart];
}

/** For a parameter that no statistics speak of; undefined for types whose values cannot be guessed. */
function assumedValue(type: string): string | undefined {
  const base = type.replace(/\(.*?\)/, '');
  if (base.endsWith('[]')) return '{}';
  if (/^(smallint|integer|bigint|numeric|real|double precision|oid)$/.test(base)) return '1';
  if (/^(text|character varying|character|citext|name|bpchar|unknown|bytea)$/.test(base)) return 'a';
  if (base === 'boolean') return 'true';
  if (base === 'uuid') return '00000000-0000-4000-8000-000000000000';
  if (/^(date|timestamp)/.test(base)) return '2024-01-01';
  if (base.startsWith('time')) return '12:00';
  if (base === 'interval') return '1 day';
  if (/^jsonb?$/.test(base)) return '{}';
  return undefined;
}

function findStatistics(
  statement: Statement,
  column: { readonly qualifier?: string; readonly name: string },
  snapshot: Pick<Snapshot, 'tables' | 'searchPath'>,
): ColumnStatistics | undefined {
  for (const relation of statement.relations) {
    if (column.qualifier !== undefined && column.qualifier !== (relation.alias ?? relation.name)) continue;
    const table = findTable(relation, snapshot);
    const found = table?.columns.find(({ name }) => name === column.name);
    if (found) return found.statistics;
  }
  return undefined;
}

function findTable(
  relation: { readonly schema?: string; readonly name: string },
  snapshot: Pick<Snapshot, 'tables' | 'searchPath'>,
): SnapshotTable | undefined {
  const schemas = relation.schema === undefined ? snapshot.searchPath : [relation.schema];
  for (const schema of schemas) {
    const table = snapshot.tables.find((one) => one.schema === schema && one.name === relation.name);
    if (table) return table;
  }
  return undefined;
}

function readValues(text: string | undefined): string[] {
  return text === undefined ? [] : parseArrayText(text).filter((value) => value !== null);
}

function say(use: ParameterUse, value: string, from: string): string {
  return `${use.said} ${value.length > 40 ? `${value.slice(0, 39)}…` : value} (${from})`;
}

/** Up to four characters from the middle: what people type into a search box. */
function part(word: string): string {
  const characters = [...word];
  const from = Math.max(0, Math.floor(characters.length / 2) - 2);
  return escaped(characters.slice(from, from + 4).join(''));
}

function start(word: string): string {
  return escaped([...word].slice(0, 4).join(''));
}

function escaped(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
