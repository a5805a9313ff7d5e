import type { Repetition } from '../../code/calls/repetition';
import type { TextRange } from '../../nouns/text-range';
import { closingOf } from '../new-association/declarations';

/**
 * `await authorOf(post)` in the loop, where `authorOf` does nothing but give back what it asks for. The helper stays as it is for
 * whoever else calls it. Undefined for one that does more, and where something else is done with the call first.
 */
export function helperCall({ inner, loop, steps, depth }: Repetition, source: string): TextRange | undefined {
  const helper = inner.at.file.functions[inner.at.function];
  const [, step] = steps;
  if (depth !== 1 || !step || !helper || !inner.chain || step.uri !== loop.uri) return undefined;
  const { start, end } = inner.chain.range;
  const [returned, ...others] = helper.returns;
  const givesBack = returned?.range.start === start && returned.range.end === end && others.length === 0;
  const isAlone =
    helper.bindings.length === 0 &&
    helper.loops.length === 0 &&
    helper.uses.every(({ chain, branch }) => !branch && chain.range.start >= start && chain.range.end <= end);
  if (!givesBack || !isAlone || helper.parameters.some((each) => each.default !== undefined)) return undefined;
  const before = /\bawait\s+(?:[\w$]+\.)*$/.exec(source.slice(0, step.range.start));
  const close = source[step.range.end] === '(' ? closingOf(source, step.range.end) : -1;
  const isOfLoop = step.range.start >= loop.bodyRange.start && close < loop.bodyRange.end;
  if (!before || close < 0 || !isOfLoop || /^\s*!?\s*(?:\?\.|\.|\[|\(|`)/.test(source.slice(close + 1)))
    return undefined;
  // What is passed is of the row alone: nothing else happens there.
  if (/[(=]|\b(?:await|yield|new)\b|\+\+|--/.test(source.slice(step.range.end + 1, close))) return undefined;
  return { start: before.index, end: close + 1 };
}
