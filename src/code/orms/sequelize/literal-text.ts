import { sourceOf } from '../../facts/value-access';
import type { Value } from '../../facts/values';
import type { SqlText } from '../support/sql-text';
import type { Datum } from './datum';
import type { Bound } from './evaluate';

/**
 * The SQL of `literal(…)`. What the program puts into it becomes a parameter, with the quotes around it:
 * `name ILIKE '%${q}%'` → name ILIKE $1.
 */
export function literalText(value: Value | undefined, datum: Datum, bound: Bound): SqlText {
  if (datum.kind === 'constant') return [String(datum.value)];
  if (value?.kind !== 'template') return value ? [{ source: sourceOf(value), range: value.range }] : [''];
  const pieces: (string | { source: string; range: Value['range'] })[] = [];
  let text = value.strings[0] ?? '';
  let quoted: { source: string; range: Value['range'] } | undefined;
  value.values.forEach((each, i) => {
    const next = value.strings[i + 1] ?? '';
    const name = each.kind === 'chain' && typeof each.root === 'string' ? bound.get(each.root) : undefined;
    const source = name?.kind === 'run time' ? name.source : sourceOf(each);
    if (quoted !== undefined) {
      quoted = { ...quoted, source: `${quoted.source}\${${source}}` };
    } else {
      const opening = openQuote(text);
      pieces.push(opening === undefined ? text : text.slice(0, opening));
      if (opening === undefined) {
        pieces.push({ source, range: each.range });
        text = next;
        return;
      }
      quoted = { source: `${text.slice(opening + 1)}\${${source}}`, range: each.range };
    }
    const closing = next.indexOf("'");
    if (closing < 0) {
      quoted = { ...quoted, source: quoted.source + next };
      text = '';
      return;
    }
    pieces.push({ ...quoted, source: `\`${quoted.source}${next.slice(0, closing)}\`` });
    quoted = undefined;
    text = next.slice(closing + 1);
  });
  return [...pieces, text];
}

/** Where a string constant begins that does not end in this text. */
function openQuote(text: string): number | undefined {
  let open: number | undefined;
  for (let i = 0; i < text.length; i++) if (text[i] === "'") open = open === undefined ? i : undefined;
  return open;
}
