import { chainsAt } from '../../code/calls/chains';
import type { FileFacts, FunctionFacts } from '../../code/facts/facts';
import type { ChainValue } from '../../code/facts/values';
import type { TextRange } from '../../nouns/text-range';

/** The call that sends a statement, and where it stands. */
export interface SendingCall {
  readonly chain: ChainValue;
  readonly range: TextRange;
  readonly function: number;
  readonly facts: FunctionFacts;
  /** As it is written. */
  readonly source: string;
}

/** The smallest call around a statement: its own, or the one whose argument its text is. */
export function callAround(
  wanted: TextRange,
  library: string,
  { functions }: FileFacts,
  text: string,
): SendingCall | undefined {
  let best: SendingCall | undefined;
  for (const [index, facts] of functions.entries()) {
    if (facts.range.start > wanted.start || facts.range.end < wanted.end) continue;
    for (const { chain: outer } of facts.uses) {
      for (const chain of chainsAt(outer)) {
        const range = sentRange(chain, library);
        if (!range || range.start > wanted.start || range.end < wanted.end) continue;
        if (best && range.end - range.start >= best.range.end - best.range.start) continue;
        best = { chain, range, function: index, facts, source: text.slice(range.start, range.end) };
      }
    }
  }
  // What only waits for several sends none itself.
  return best?.chain.root === 'Promise' ? undefined : best;
}

/** Of a call, and of a tag that sends its text; other texts with a tag are given to a call. */
function sentRange({ root, links, range }: ChainValue, library: string): TextRange | undefined {
  const last = links.at(-1);
  if (last?.arguments && last.argumentsRange) {
    return { start: range.start, end: Math.max(range.end, last.argumentsRange.end) };
  }
  if (last || typeof root === 'string' || root.kind !== 'template') return undefined;
  const tag = root.tag?.links.at(-1)?.name ?? '';
  const sends = library === 'prisma' ? /^\$(?:query|execute)Raw$/.test(tag) : /^postgres$|\//.test(library);
  return sends ? range : undefined;
}

/** The name that a call begins with: `pool` of `pool.query(…)`, `sql` of sql`…`. */
export function rootOf({ chain: { root } }: SendingCall): string {
  const named = typeof root !== 'string' && root.kind === 'template' && root.tag ? root.tag.root : root;
  return typeof named === 'string' ? named : '';
}

/** Where what it asks for begins, behind the name of what sends it. */
export function askedFrom({ chain, range }: SendingCall): number {
  if (typeof chain.root !== 'string' && chain.root.kind === 'template') return chain.root.range.start;
  return chain.links.find((link) => link.argumentsRange)?.argumentsRange?.start ?? range.start;
}
