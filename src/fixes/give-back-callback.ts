import { chainsAt } from '../code/calls/chains';
import type { FunctionFacts } from '../code/facts/facts';
import { type Checkout, isInside } from '../code/pools/checkouts';
import type { DocumentEdit, EditFix } from '../nouns/fix';
import type { TextOf } from './code-fixes';

/**
 * `done();` as the first line of a query's callback, in the place of those further down: the answer is there, and nothing more is
 * asked of the connection. Undefined where something is, or where it is given back with an error.
 */
export function giveBackFirst(checkout: Checkout, textOf: TextOf): EditFix | undefined {
  const { at, name, kind, forgetting = [] } = checkout;
  const source = textOf(at.file.uri);
  if (source === undefined || forgetting.length === 0 || forgetting.includes(at.function)) return undefined;
  const call = kind.names[0] === 'release' ? `${name}.release()` : `${kind.names[0]}()`;
  const edits = forgetting.map((index) => {
    const facts = at.file.functions[index];
    return facts && editsIn(facts, index, checkout, call, source);
  });
  if (edits.some((one) => one === undefined)) return undefined;
  return {
    kind: 'edit',
    title: `Give ${name} back as soon as the answer is there`,
    edits: edits.flatMap((some) => some ?? []),
  };
}

function editsIn(
  facts: FunctionFacts,
  index: number,
  { at, name, givingBack }: Checkout,
  call: string,
  source: string,
): DocumentEdit[] | undefined {
  const { file } = at;
  const inner = file.functions.filter((_, id) => id !== index && isInside(id, { file, function: index }));
  const own = facts.uses.flatMap((use) => chainsAt(use.chain)).filter((chain) => givingBack.includes(chain));
  const isUsed = [facts, ...inner].some(({ uses }) =>
    uses.some((use) => chainsAt(use.chain).some((one) => one.root === name && !givingBack.includes(one))),
  );
  const isWithin = inner.some(({ uses }) =>
    uses.some((use) => chainsAt(use.chain).some((one) => givingBack.includes(one))),
  );
  if (isUsed || isWithin) return undefined;
  const from = facts.parameters.at(-1)?.range.end ?? facts.range.start;
  const head = /^\s*\)\s*(?:=>\s*)?\{[ \t]*\r?\n([ \t]*)(?=\S)/.exec(source.slice(from, facts.range.end));
  if (!head) return undefined;
  const removed = own.map((chain): DocumentEdit | undefined => {
    const link = chain.links.at(-1);
    const start = source.lastIndexOf('\n', chain.rootRange.start) + 1;
    const end = source.indexOf('\n', chain.rootRange.start) + 1;
    const line = source.slice(start, end).trim();
    if ((link?.arguments?.length ?? 0) > 0 || (line !== call && line !== `${call};`)) return undefined;
    return { uri: file.uri, range: { start, end }, newText: '' };
  });
  if (removed.some((one) => one === undefined)) return undefined;
  const first = from + head[0].length;
  const semicolon = /;\s*$/m.test(source.slice(first, facts.range.end)) ? ';' : '';
  const added = {
    uri: file.uri,
    range: { start: first, end: first },
    newText: `${call}${semicolon}\n${head[1] ?? ''}`,
  };
  return [added, ...removed.flatMap((one) => one ?? [])];
}
