import type { DocumentEdit } from '../../../nouns/fix';

/** `from django.db.models import Count`; none where it is there, undefined where the name means something else. */
export function importEdits(source: string, name: string, from: string): readonly DocumentEdit[] | undefined {
  const escaped = from.replaceAll('.', '\\.');
  const listed = new RegExp(
    `^from\\s+${escaped}\\s+import\\s*(?:\\([^)]*\\b${name}\\b|[^\\n(]*\\b${name}\\b(?!\\s+as))`,
    'm',
  );
  if (listed.test(source)) return [];
  if (new RegExp(`(?<![\\w.])${name}(?!\\w)`).test(source)) return undefined;
  const line = new RegExp(`^from\\s+${escaped}\\s+import\\s+[\\w, ]*\\w$`, 'm').exec(source);
  if (line) {
    const at = line.index + line[0].length;
    return [{ range: { start: at, end: at }, newText: `, ${name}` }];
  }
  const first = /^(?:from|import)\s(?!\s*__future__)/m.exec(source);
  // A line of a text of several lines is none.
  const quotes = first ? source.slice(0, first.index).match(/"""|'''/g) : null;
  if (!first || (quotes?.length ?? 0) % 2 === 1) return undefined;
  return [{ range: { start: first.index, end: first.index }, newText: `from ${from} import ${name}\n` }];
}
