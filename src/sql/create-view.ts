import { quoteIdentifier } from './identifiers';

const name = String.raw`(?:"(?:[^"]|"")*"|[\w$]+)`;
const head = new RegExp(
  String.raw`^\s*create\s+(?:or\s+replace\s+)?(?:temp(?:orary)?\s+)?view\s+(?:(${name})\s*\.\s*)?(${name})\s*(\([^)]*\))?\s*(?:with\s*\([^)]*\)\s*)?as\b`,
  'i',
);

/**
 * `create view v (a) as select 1` → `CREATE VIEW "app"."v" AS SELECT * FROM (select 1) AS "v" (a)`; undefined when the
 * text creates no view, or a recursive one.
 */
export function plainCreateView(text: string, defaultSchema: string): string | undefined {
  const found = head.exec(text);
  if (!found) return undefined;
  const [start, schema = quoteIdentifier(defaultSchema), view = '', columns] = found;
  const query = text
    .slice(start.length)
    .replace(/\bwith\s+(?:(?:cascaded|local)\s+)?check\s+option\s*;?\s*$/i, '')
    .replace(/;\s*$/, '');
  const body = columns === undefined ? query.trim() : `SELECT * FROM (${query.trim()}) AS ${view} ${columns}`;
  return `CREATE VIEW ${schema}.${view} AS ${body}`;
}
