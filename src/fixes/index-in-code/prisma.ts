import type { IndexWriter } from './index-in-model';

/** `@@index([authorId, createdAt(sort: Desc)], map: "posts_author_id_created_at_idx")`, last in the model. */
export const prismaIndex: IndexWriter = ({ name, columns }, { range }, source) => {
  const head = /^\s*\{[^\n]*\n/.exec(source.slice(range.end));
  if (!head) return undefined;
  const start = range.end + head[0].length;
  // A closing brace stands alone on its line; those of comments and defaults do not.
  const end = /^[ \t]*\}/m.exec(source.slice(start));
  if (!end) return undefined;
  const body = source.slice(start, start + end.index);
  if (body.includes(`"${name}"`)) return undefined;
  const indent = /^[ \t]+(?=\S)/m.exec(body)?.[0] ?? '  ';
  const fields = columns.map(({ property, isDescending }) => `${property}${isDescending ? '(sort: Desc)' : ''}`);
  const lines = body.trimEnd().split('\n');
  const gap = /^\s*@@/.test(lines.at(-1) ?? '') ? '' : '\n';
  const at = start + body.trimEnd().length;
  const newText = `\n${gap}${indent}@@index([${fields.join(', ')}], map: "${name}")`;
  return [{ range: { start: at, end: at }, newText }];
};
