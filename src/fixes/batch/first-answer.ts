import type { SameQuery } from '../../code/calls/same-queries';
import type { EditFix } from '../../nouns/fix';
import type { TextOf } from '../code-fixes';
import { awaitedRange } from '../eager-loading/awaited-range';
import { isChangedIn } from './turn-text';

/** `const post = await Post.findByPk(id); … const same = await Post.findByPk(id);` → `const same = post;`, where nothing is done to either. */
export function firstAnswer({ first, again }: SameQuery, textOf: TextOf): EditFix | undefined {
  const source = textOf(first.uri);
  const asked = source === undefined ? undefined : awaitedRange(first, source);
  const repeated = source === undefined ? undefined : awaitedRange(again, source);
  const facts = first.at.file.functions[first.at.function];
  const use = facts?.uses[first.use ?? -1];
  const binding = facts?.bindings[use?.binding ?? -1];
  if (source === undefined || !asked || !repeated || !facts || !binding || first.uri !== again.uri) return undefined;
  const name = /\bconst\s+([\w$]+)\s*=\s*$/.exec(source.slice(facts.range.start, asked.start))?.[1];
  if (name === undefined || name !== binding.pattern.name) return undefined;
  // `const count = await x || 0`: the name holds something else.
  if (!/^[ \t]*(?:;|\r?\n\s*[\w$}/])/.test(source.slice(asked.end))) return undefined;
  const isKnown =
    binding.scope === undefined || (binding.scope.start <= repeated.start && repeated.end <= binding.scope.end);
  const { start, end } = facts.range;
  const isChanged =
    isChangedIn(source.slice(start, asked.start), source.slice(asked.end, end)) ||
    isChangedIn(source.slice(start, repeated.start), source.slice(repeated.end, end));
  if (!isKnown || isChanged) return undefined;
  return {
    kind: 'edit',
    title: `Keep the first answer (${name})`,
    edits: [{ uri: first.uri, range: repeated, newText: name }],
  };
}
