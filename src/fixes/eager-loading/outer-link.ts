import type { QueryPlace } from '../../code/calls/repetition';
import type { Link, Value } from '../../code/facts/values';
import type { TextRange } from '../../nouns/text-range';

/** The link of the chain that the query is named after: `findAll` of `Post.scope('x').findAll({ … })`. */
export function callLink({ chain, orm }: QueryPlace): Link | undefined {
  const start = orm?.nameRange.start;
  return chain?.links.find(({ range, arguments: given }) => given !== undefined && range.start === start);
}

/** What stands elsewhere (`const include = [ … ]`) may be asked for by others, too. */
export function isWrittenIn({ argumentsRange }: Link, { range }: { readonly range: TextRange }): boolean {
  return argumentsRange !== undefined && range.start >= argumentsRange.start && range.end <= argumentsRange.end;
}

/** Options that the call has itself, or none. */
export type OwnOptions = (Value & { readonly kind: 'object' }) | 'none' | undefined;

/** The argument at a position: an object that stands in the call, 'none' where the arguments end before it; undefined for anything else. */
export function ownOptions(link: Link, position: number): OwnOptions {
  const given = link.arguments ?? [];
  const options = given[position];
  if (options === undefined) return given.length === position ? 'none' : undefined;
  return options.kind === 'object' && isWrittenIn(link, options) ? options : undefined;
}
