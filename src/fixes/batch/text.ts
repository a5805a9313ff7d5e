import type { DocumentEdit } from '../../nouns/fix';
import type { TextRange } from '../../nouns/text-range';

/** The text of a range with edits inside it made. */
export function rewritten(source: string, { start, end }: TextRange, edits: readonly DocumentEdit[]): string {
  let text = source.slice(start, end);
  for (const { range, newText } of [...edits].sort((a, b) => b.range.start - a.range.start)) {
    text = text.slice(0, range.start - start) + newText + text.slice(range.end - start);
  }
  return text;
}

/** A whole text with edits made. */
export function editedText(text: string, edits: readonly DocumentEdit[]): string {
  return rewritten(text, { start: 0, end: text.length }, edits);
}

/** Statements before a loop, in its indent; with semicolons where the file has them. */
export function statements(source: string, indent: string, lines: readonly string[]): string {
  const end = /;[ \t]*\r?\n/.test(source) ? ';' : '';
  const newline = source.includes('\r\n') ? '\r\n' : '\n';
  return lines
    .map((line) => `${indent}${line}${/[{}]$/.test(line) && !line.includes(' = ') ? '' : end}${newline}`)
    .join('');
}

/** `In` → the edit that brings it from `typeorm`, none where it is there; undefined where it means something else. */
export function importEdits(source: string, name: string, from: string): readonly DocumentEdit[] | undefined {
  const named = new RegExp(
    `import\\s*\\{([^}]*)\\}\\s*from\\s*(['"])${from}\\2|(?:const|var)\\s*\\{([^}]*)\\}\\s*=\\s*require\\((['"])${from}\\4\\)`,
  );
  const found = named.exec(source);
  const listed = found?.[1] ?? found?.[3];
  if (found && listed !== undefined) {
    const names = listed.split(',').map((one) => one.trim());
    if (names.includes(name)) return [];
    if (new RegExp(`(?<![\\w$.])${name}(?![\\w$])`).test(source)) return undefined;
    const at = found.index + found[0].indexOf('{') + 1;
    return [{ range: { start: at, end: at }, newText: ` ${name},${/^\s/.test(listed) ? '' : ' '}` }];
  }
  if (new RegExp(`(?<![\\w$.])${name}(?![\\w$])`).test(source)) return undefined;
  const first = /^import\s[^\n]*?from\s*(['"])/m.exec(source);
  if (!first) return undefined;
  const quote = first[1];
  return [
    { range: { start: first.index, end: first.index }, newText: `import { ${name} } from ${quote}${from}${quote};\n` },
  ];
}

/** A call that moves before its loop: further lines keep their distance to its first one. */
export function reindented(source: string, start: number, text: string, indent: string): string {
  const line = source.slice(source.lastIndexOf('\n', start - 1) + 1, start);
  const own = /^[ \t]*/.exec(line)?.[0] ?? '';
  return text.replaceAll(`\n${own}`, `\n${indent}`);
}

/** `a ?? b` in the place of a range: in parentheses, unless what stands around it ends it anyway. */
export function operand(source: string, { start, end }: TextRange, text: string): string {
  const isBegun = /(?:(?<![=!<>])=|[:(,]|\$\{|=>|\breturn)\s*$/.test(source.slice(Math.max(0, start - 40), start));
  const isEnded = /^\s*[;,)}\]]/.test(source.slice(end, end + 200));
  return isBegun && isEnded ? text : `(${text})`;
}
