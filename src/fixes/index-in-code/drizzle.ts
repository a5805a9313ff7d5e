import type { FileFacts } from '../../code/facts/facts';
import type { ArrayValue, ChainValue, FunctionValue, Link, ObjectValue } from '../../code/facts/values';
import type { Model } from '../../code/models/model';
import type { DocumentEdit } from '../../nouns/fix';
import { importEdits } from '../batch/text';
import { addArgument, addElement, addEntry, alone, quoted, textTemplate } from '../object-edit';
import { isOnTable } from './declared-already';
import {
  allKnown,
  type DeclaredColumn,
  type DeclaredIndex,
  type IndexWriter,
  isThere,
  plainProperties,
} from './writer';

const core = 'drizzle-orm/pg-core';

/** `(table) => [index('posts_author_id_idx').on(table.authorId)]`, the third argument of `pgTable`. */
export const drizzleIndex: IndexWriter = (index, model, { source, facts }) => {
  if (isThere(index.include)) return undefined;
  const chain = declarationOf(model, facts);
  const link = chain?.links.find((one) => (one.arguments?.length ?? 0) >= 2);
  // `pgMaterializedView('top_posts', { … }).existing()` takes none.
  const isView = /view/i.test(`${chain?.root} ${link?.name}`);
  const imported = chain && importOf(chain, facts, source);
  const isSql = index.where !== undefined || index.columns.some(({ isExpression }) => isExpression);
  const sqlImported = isSql ? importEdits(source, 'sql', 'drizzle-orm') : [];
  if (!link || isView || !imported || !sqlImported) return undefined;
  const written = extended(index, link, facts, source, imported.prefix);
  return written && [...imported.edits, ...sqlImported, ...written];
};

function declarationOf(model: Model, facts: FileFacts): ChainValue | undefined {
  const bindings = facts.functions[0]?.bindings ?? [];
  const chains = bindings.flatMap(({ value }) => (value?.kind === 'chain' ? [value] : []));
  return chains.find(({ rootRange }) => rootRange.start === model.range.start);
}

/** `index`, or `pg.index` after `import * as pg`. */
function importOf(
  { root }: ChainValue,
  facts: FileFacts,
  source: string,
): { readonly prefix: string; readonly edits: readonly DocumentEdit[] } | undefined {
  const isWhole = facts.imports.some(({ local, name, from }) => local === root && name === '*' && from === core);
  if (isWhole && typeof root === 'string') return { prefix: `${root}.`, edits: [] };
  const edits = importEdits(source, 'index', core);
  return edits && { prefix: '', edits };
}

/** The table's extra configuration with the index: an array, an object of the older form, or none yet. */
function extended(
  index: DeclaredIndex,
  link: Link,
  facts: FileFacts,
  source: string,
  prefix: string,
): readonly DocumentEdit[] | undefined {
  const [, , extra] = link.arguments ?? [];
  if (extra === undefined) {
    const text = indexText(index, 'table', source, prefix);
    return text === undefined ? undefined : alone(addArgument(source, link, `(table) => [${text}]`));
  }
  const table = extra.kind === 'function' ? extra.parameters[0]?.name : undefined;
  const returned = extra.kind === 'function' ? returnedLiteral(extra, facts) : undefined;
  const text = table ? indexText(index, table, source, prefix) : undefined;
  const properties = index.where === undefined ? plainProperties(index) : undefined;
  if (!returned || text === undefined || (properties && isOnTable(properties, returned))) return undefined;
  return alone(
    returned.kind === 'array'
      ? addElement(source, returned, text)
      : addEntry(source, returned, `${camelCase(index.name)}: ${text}`),
  );
}

function returnedLiteral({ id, range }: FunctionValue, facts: FileFacts): ArrayValue | ObjectValue | undefined {
  const [returned, ...others] = facts.functions[id]?.returns ?? [];
  if (others.length > 0 || (returned?.kind !== 'array' && returned?.kind !== 'object')) return undefined;
  // Not a constant that stands elsewhere, perhaps for other tables too.
  return range.start <= returned.range.start && returned.range.end <= range.end ? returned : undefined;
}

function indexText(
  { name, method, columns, where }: DeclaredIndex,
  table: string,
  source: string,
  prefix: string,
): string | undefined {
  const listed = allKnown(columns.map((column) => columnText(column, table, source)))?.join(', ');
  if (listed === undefined) return undefined;
  const on = method === 'btree' ? `on(${listed})` : `using(${quoted(source, method)}, ${listed})`;
  const condition = where === undefined ? '' : `.where(sql${textTemplate(where)})`;
  return `${prefix}index(${quoted(source, name)}).${on}${condition}`;
}

/** `table.createdAt.desc().nullsFirst()`: Drizzle puts nulls last unless told otherwise, also when descending. */
function columnText(column: DeclaredColumn, table: string, source: string): string | undefined {
  const { property, name, descending, operatorClass } = column;
  const isFirst = column.nulls === undefined ? descending === true : column.nulls === 'first';
  if (property === undefined) {
    // What stands behind an expression in the statement stands in its text too.
    const more = [
      operatorClass,
      descending ? 'DESC' : undefined,
      column.nulls && `NULLS ${column.nulls.toUpperCase()}`,
    ];
    return `sql${textTemplate([name, ...more.filter((one) => one !== undefined)].join(' '))}`;
  }
  const order = `${descending ? '.desc()' : ''}${isFirst ? '.nullsFirst()' : ''}`;
  return `${table}.${property}${order}${operatorClass === undefined ? '' : `.op(${quoted(source, operatorClass)})`}`;
}

/** `posts_author_id_idx` → `postsAuthorIdIdx` */
function camelCase(name: string): string {
  return name.replace(/_+(\w)/g, (_, letter: string) => letter.toUpperCase());
}
