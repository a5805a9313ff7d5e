import type { FileFacts } from '../../code/facts/facts';
import type { Program } from '../../code/program/program';
import type { WorkspaceQuery } from '../../guide/facts';
import type { TextRange } from '../../nouns/text-range';
import type { SqlParser } from '../../sql/parser';
import { readingOf } from '../../sql/statement-reading';
import type { ListedQuery } from '../code/listed-queries';

/** Every statement that the program sends, one by one; `files` tells the functions that they stand in, `roles` what the files are for. */
export function workspaceQueries(
  listed: ReadonlyMap<string, readonly ListedQuery[]>,
  { files, roles }: Pick<Program, 'files' | 'roles'>,
  parser: SqlParser,
): WorkspaceQuery[] {
  const found: WorkspaceQuery[] = [];
  for (const [path, queries] of listed) {
    const file = files.get(path);
    for (const { range, library, statements, otherForms = [] } of queries) {
      const inFunction = file && functionAt(file, range);
      for (const [position, { sql }] of statements.entries()) {
        const parsed = parser.parse(sql);
        if (!parsed.ok) continue;
        const { kind: _, ...reading } = readingOf(parsed.statement);
        found.push({
          path,
          ...(roles.isAside(path) && { isAside: true as const }),
          range,
          library,
          ...(inFunction !== undefined && { inFunction }),
          sql,
          ...reading,
          ...(position === 0 && otherForms.length > 0 && { otherForms: readingsOf(otherForms, parser) }),
        });
      }
    }
  }
  return found;
}

function readingsOf(texts: readonly string[], parser: SqlParser): NonNullable<WorkspaceQuery['otherForms']> {
  return texts.flatMap((sql) => {
    const parsed = parser.parse(sql);
    if (!parsed.ok) return [];
    const { fingerprint, form, tables } = readingOf(parsed.statement);
    return [{ fingerprint, ...(form !== undefined && { form }), tables }];
  });
}

/** The innermost function with a name; undefined at the top level. */
function functionAt({ functions }: FileFacts, { start, end }: TextRange): string | undefined {
  const around = functions
    .slice(1)
    .filter(({ name, range }) => name !== '' && range.start <= start && end <= range.end)
    .sort((a, b) => b.range.start - a.range.start);
  return around[0]?.name;
}
