import type { QueryPlace } from '../../code/calls/repetition';
import type { Link } from '../../code/facts/values';

/** The link of the chain that the query is named after: `findAll` of `Post.scope('x').findAll({ … })`. */
export function callLink({ chain, orm }: QueryPlace): Link | undefined {
  const start = orm?.nameRange.start;
  return chain?.links.find(({ range, arguments: given }) => given !== undefined && range.start === start);
}
