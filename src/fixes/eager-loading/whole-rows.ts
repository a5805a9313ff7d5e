import type { Repetition } from '../../code/calls/repetition';
import type { TextRange } from '../../nouns/text-range';

/**
 * Whether the rows are written out as they are: `{ ...post }`, `post.toJSON()`, `res.json(posts)`, `return posts`. What is loaded
 * with them would be in there, too. `{ ...post, author: await … }` has it under that name anyway.
 */
export function areShownWhole({ loop, association }: Repetition, source: string, use: TextRange | undefined): boolean {
  const row = loop.rowName;
  const { start, end } = loop.at.file.functions[loop.at.function]?.range ?? loop.bodyRange;
  const body = source.slice(loop.bodyRange.start, loop.bodyRange.end);
  const list = /^[\w$]+$/.exec(source.slice(loop.over?.value.range.start, loop.over?.value.range.end))?.[0];
  const text = source.slice(start, end);
  const isListShown =
    list !== undefined &&
    new RegExp(
      `\\breturn\\s+${list}\\s*[;}\\n]|\\b(?:json|send|stringify|render)\\([^()]*(?<![\\w$.])${list}\\s*[,)}]`,
    ).test(text);
  if (isListShown) return true;
  const whole = new RegExp(
    `\\.\\.\\.\\s*${row}(?:\\.(?:toJSON|get|dataValues)\\b[^,}]*)?\\s*[,}]|(?<![\\w$.])${row}\\.(?:toJSON|get)\\(\\s*(?:\\{[^}]*\\})?\\s*\\)|\\bstringify\\(\\s*${row}\\s*[,)]`,
    'g',
  );
  const named = new RegExp(`(?:^|[,{\\s])${association?.association.name}\\s*:\\s*\\(?$`);
  const isSetAnyway = (from: number) =>
    use !== undefined &&
    named.test(source.slice(loop.bodyRange.start + from, use.start)) &&
    !/[;]/.test(source.slice(loop.bodyRange.start + from, use.start));
  return [...body.matchAll(whole)].some((found) => !isSetAnyway(found.index));
}
