import type { SqlText } from '../support/sql-text';
import { type Datum, member } from './datum';
import { escaped } from './values';

const pieces = /'(?:[^']|'')*'|"(?:[^"]|"")*"|::|:([A-Za-z_]\w*)|\?/g;

/** `literal('name ILIKE :query')` with `replacements: { query }`: the values stand for their names, and for `?` those of a list. */
export function withReplacements(text: SqlText, replacements: Datum | undefined): SqlText {
  if (replacements === undefined) return text;
  let next = 0;
  return text.flatMap((piece): SqlText => {
    if (typeof piece !== 'string') return [piece];
    const parts: SqlText[] = [];
    let at = 0;
    for (const match of piece.matchAll(pieces)) {
      const name = match[1];
      const isPosition = match[0] === '?' && replacements.kind === 'list';
      if (name === undefined && !isPosition) continue;
      const value = isPosition ? replacements.items[next++] : member(replacements, name ?? '');
      parts.push([piece.slice(at, match.index)], replacing(value, match[0], replacements));
      at = match.index + match[0].length;
    }
    return [...parts.flat(), piece.slice(at)];
  });
}

function replacing(value: Datum | undefined, source: string, replacements: Datum): SqlText {
  if (value === undefined) {
    const range = 'range' in replacements ? replacements.range : undefined;
    return [{ source, range: range ?? { start: 0, end: 0 } }];
  }
  if (value.kind !== 'list') return escaped(value);
  return value.items.flatMap((item, i) => (i === 0 ? escaped(item) : [', ', ...escaped(item)]));
}
