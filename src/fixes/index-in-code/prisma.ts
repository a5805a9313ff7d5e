import type { DeclaredColumn, IndexWriter } from './writer';
import { allKnown, isThere } from './writer';

const types = { btree: '', gin: 'Gin', gist: 'Gist', brin: 'Brin', hash: 'Hash' } as const;

/** `@@index([authorId, createdAt(sort: Desc)], map: "posts_author_id_created_at_idx")`, last in the model. */
export const prismaIndex: IndexWriter = (index, model, { source }) => {
  const { name, columns, method, where, include } = index;
  const { range } = model;
  const isThereStill = source.slice(range.start, range.end) === model.name;
  if (where !== undefined || isThere(include) || !isThereStill) return undefined;
  // Of several columns Prisma takes only those with an operator class, unless their type has one of its own.
  const isMixed = (method === 'gin' || method === 'gist') && columns.length > 1;
  if (isMixed && columns.some(({ operatorClass }) => operatorClass === undefined)) return undefined;
  const fields = allKnown(columns.map(fieldOf));
  const head = /^\s*\{[^\n]*\n/.exec(source.slice(range.end));
  if (!fields || !head) return undefined;
  const start = range.end + head[0].length;
  // A closing brace stands alone on its line; those of comments and defaults do not.
  const end = /^[ \t]*\}/m.exec(source.slice(start));
  if (!end) return undefined;
  const body = source.slice(start, start + end.index);
  const keys = body.matchAll(/@@(?:index|unique|id)\(\s*(?:fields:\s*)?\[([^\]]*)\]/g);
  const key = fields.join();
  // Its migration was not run yet.
  if ([...keys].some(([, listed = '']) => listed.replace(/\s/g, '') === key.replace(/\s/g, ''))) return undefined;
  const indent = /^[ \t]+(?=\S)/m.exec(body)?.[0] ?? '  ';
  const lines = body.trimEnd().split('\n');
  const newline = source.includes('\r\n') ? '\r\n' : '\n';
  const gap = /^\s*@@/.test(lines.at(-1) ?? '') ? '' : newline;
  const at = start + body.trimEnd().length;
  const type = types[method] === '' ? '' : `, type: ${types[method]}`;
  const newText = `${newline}${gap}${indent}@@index([${fields.join(', ')}], map: "${name}"${type})`;
  return [{ range: { start: at, end: at }, newText }];
};

/** `createdAt(sort: Desc)`, `title(ops: raw("gin_trgm_ops"))`; it has no word for the order of nulls. */
function fieldOf({ property, descending, nulls, operatorClass }: DeclaredColumn): string | undefined {
  if (property === undefined || nulls !== undefined) return undefined;
  if (operatorClass === undefined) return descending ? `${property}(sort: Desc)` : property;
  return !descending && /^\w+$/.test(operatorClass) ? `${property}(ops: raw("${operatorClass}"))` : undefined;
}
