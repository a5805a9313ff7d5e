import type { ModelColumn } from '../../code/models/model';
import type { CodeRule } from '../code-rule';
import { callRange, findingAt } from './located';

/** From so many columns on a row is wide. */
const wide = 8;
/** Of which so few are read. */
const fewShare = 1 / 3;

/** A list of whole rows, with what may be long in them, of a wide table of which the function reads a few columns. */
export const unusedColumns: CodeRule = {
  id: 'unused-columns',
  title: 'Whole rows are read for a few of their columns',
  reference: 'https://www.postgresql.org/docs/current/storage-toast.html',
  isMinor: true,
  check(context) {
    return context.facts.results.flatMap(({ query, properties, isPassedOn }) => {
      const { orm } = query;
      const columns = orm?.model?.columns.filter(({ isHidden }) => !isHidden) ?? [];
      if (isPassedOn || !orm || orm.operation !== 'find' || orm.selects || !query.isMany || columns.length < wide)
        return [];
      if (!readsAll(query.sql[0] ?? '', columns.length)) return [];
      const read = columns.filter(({ property }) => properties.has(property));
      if (read.length === 0 || read.length > columns.length * fewShare) return [];
      const long = columns.filter((column) => !read.includes(column) && isLong(column));
      // Short columns cost less than the time to name the others.
      if (long.length === 0) return [];
      const names = long.map(({ property }) => property).slice(0, 3);
      return [
        findingAt({ uri: query.uri, range: callRange(query) }, context, {
          rule: 'unused-columns',
          severity: 'info',
          message:
            `${query.name} reads all ${columns.length} columns of its rows, also ${listed(names)}; ` +
            `only ${listed(read.map(({ property }) => property))} ${read.length === 1 ? 'is' : 'are'} used here: name what is needed.`,
          evidence: { read: read.map(({ column }) => column), columns: columns.length },
        }),
      ];
    });
  },
};

/** `SELECT *`, or every column by its name; a builder's own list says what is needed already. */
function readsAll(sql: string, columns: number): boolean {
  const list = /^\s*select\s+(?:distinct\s+)?(.*?)\sfrom\s/is.exec(sql)?.[1];
  return list !== undefined && (/(?:^|\.|,\s*)\*/.test(list.trim()) || list.split(',').length >= columns);
}

/** Types that may be long, and are then stored apart: reading them costs more than a column. Most columns of type text are short. */
function isLong({ type, property }: ModelColumn): boolean {
  if (type === undefined) return false;
  if (/^text$/i.test(type)) return longText.test(property);
  return /^(?:jsonb?|bytea|xml|tsvector|vector)\b/i.test(type);
}

/** Descriptions and summaries are a line or two. */
const longText = /(?:text|content|body|html|markdown|payload|source|document|article)s?$/i;

function listed(names: readonly string[]): string {
  return names.length === 1 ? String(names[0]) : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
