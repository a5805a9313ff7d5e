import { comparisonsOf } from '../../code/calls/comparisons';
import type { ResultUses } from '../../code/calls/result-uses';
import type { Value } from '../../code/facts/values';
import { formatCount } from '../../plan/format';
import type { CodeRule } from '../code-rule';
import { callRange, findingAt } from './located';

/** Fewer rows are looked through faster than this sentence is read. */
const manyRows = 100;

/** `(await Post.findAll()).filter((post) => post.published)`, `.length`, `.find(…)`, `.some(…)`: where the rows serve for nothing else. */
export const workInCode: CodeRule = {
  id: 'work-in-code',
  title: 'Rows are read to be filtered, counted or looked through in the program',
  reference: 'https://www.postgresql.org/docs/current/queries-table-expressions.html#QUERIES-WHERE',
  isMinor: true,
  check(context) {
    return context.facts.results.flatMap((result) => {
      const { query } = result;
      const work = workOn(result);
      if (!work) return [];
      const rows = context.numbers?.rowsOf(query.sql[0] ?? '');
      if (rows !== undefined && rows < manyRows) return [];
      // `if (found.length > 0)` of the few rows of one key reads no more than it must.
      const isNarrow = query.hasLimit || comparisonsOf(query).length > 0;
      if (work.name === 'length' && isNarrow && rows === undefined) return [];
      const found = findingAt({ uri: query.uri, range: callRange(query) }, context, {
        rule: 'work-in-code',
        severity: rows !== undefined ? 'warning' : isNarrow ? 'hint' : 'info',
        message: `${query.name} reads ${rows === undefined ? 'its rows' : `≈ ${formatCount(rows)} rows`} ${work.why}; ${work.instead}.`,
        evidence: { work: work.name, ...(rows === undefined ? {} : { rows }) },
      });
      return [{ ...found, result }];
    });
  },
};

interface Work {
  readonly name: string;
  readonly why: string;
  readonly instead: string;
}

const works: Readonly<Record<string, Omit<Work, 'name'>>> = {
  length: { why: 'only to count them', instead: 'let the database count (or ask whether there is one)' },
  filter: { why: 'and keeps some of them', instead: 'put the condition into the query' },
  find: { why: 'and looks for one of them', instead: 'put the condition into the query, with a limit of 1' },
  some: { why: 'only to see whether one of them fits', instead: 'ask the database whether there is one' },
  slice: { why: 'and keeps the first of them', instead: 'give the query the limit' },
};

/** What a function does with a whole result and nothing else. */
function workOn({ query, isPassedOn, ofList, properties }: ResultUses): Work | undefined {
  const [first] = ofList;
  if (!first || !query.isMany || query.operation !== 'find') return undefined;
  if (ofList.every(({ name }) => name === 'length')) {
    return isPassedOn || properties.size > 0 || query.hasLimit
      ? undefined
      : { name: 'length', ...(works.length as Omit<Work, 'name'>) };
  }
  // Every use of the list is this one chain.
  if (!first.chain || ofList.some(({ chain }) => chain !== first.chain)) return undefined;
  const work = works[first.name];
  if (!work || first.name === 'length' || first.isRepeated || query.hasLimit) return undefined;
  const link = first.chain.links[first.link ?? -1];
  const [argument, second] = link?.arguments ?? [];
  if (first.name === 'slice') {
    const isFromStart = argument?.kind === 'literal' && argument.value === 0 && second !== undefined;
    return isFromStart ? { name: 'slice', ...work } : undefined;
  }
  return argument?.kind === 'function' && isCondition(argument, query) ? { name: first.name, ...work } : undefined;
}

/** `(post) => post.published && post.authorId === id`: columns compared with values that the database can be given. */
function isCondition(callback: Extract<Value, { kind: 'function' }>, { orm }: ResultUses['query']): boolean {
  const [parameter] = callback.parameters;
  const returned = callback.body.filter(({ isReturned }) => isReturned);
  const [only] = returned;
  if (!parameter || callback.isLong || returned.length !== 1 || !only) return false;
  const columns = new Set(orm?.model?.columns.map(({ property }) => property) ?? []);
  const isColumn = (name: string) => columns.size === 0 || columns.has(name);
  const names =
    parameter.name === ''
      ? (parameter.bound ?? []).map(({ path }) => path.join('.'))
      : propertiesIn(only.value, parameter.name);
  return names.length > 0 && names.every(isColumn) && !callsSomething(only.value);
}

function propertiesIn(value: Value, row: string): string[] {
  if (value.kind === 'chain' && value.root === row) return [value.links.map(({ name }) => name).join('.')];
  if (value.kind !== 'runtime') return [];
  return [...value.source.matchAll(new RegExp(`(?<![.\\w$])${row}\\??\\.([\\w$]+(?:\\.[\\w$]+)*)`, 'g'))].map(
    ([, path = '']) => path,
  );
}

/** Calls are beyond a WHERE as a rule; a source that is cut off may hold one. */
function callsSomething(value: Value): boolean {
  if (value.kind === 'runtime') return value.source.includes('(') || value.source.length >= 60;
  return value.kind !== 'chain' || value.links.some((link) => link.arguments);
}
