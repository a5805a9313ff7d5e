import type { Repetition } from '../../code/calls/repetition';
import type { TextRange } from '../../nouns/text-range';
import type { TextOf } from '../code-fixes';
import { awaitedRange } from '../eager-loading/awaited-range';
import { type LoopText, loopText } from './loop-text';

/** A loop whose turns do nothing but write: `for (const row of rows) { await Post.create({ title: row.title }); }` */
export interface LoneWrite {
  readonly source: string;
  readonly loop: LoopText;
  /** The call with its `await`. */
  readonly awaited: TextRange;
  /** Without it. */
  readonly range: TextRange;
  /** The list has `map` and `length`, and can be gone over again. */
  readonly isArray: boolean;
  /** `;` where the statement has one. */
  readonly semicolon: string;
}

/** Undefined when the loop does anything besides, waits for nothing, or rows do something of their own when they are written. */
export function loneWrite(repetition: Repetition, textOf: TextOf): LoneWrite | undefined {
  const { inner, loop, kind, depth, pace } = repetition;
  if (kind !== 'write' || depth > 0 || pace !== 'one by one' || repetition.reason || loop.kind !== 'for of')
    return undefined;
  const source = textOf(inner.uri);
  const text = source === undefined || inner.uri !== loop.uri ? undefined : loopText(loop, source);
  const awaited = source === undefined ? undefined : awaitedRange(inner, source);
  if (source === undefined || !text || !awaited || (inner.orm?.model?.hooks?.length ?? 0) > 0) return undefined;
  const { start, end } = text.body;
  if (awaited.start < start || awaited.end > end) return undefined;
  const around = `${source.slice(start, awaited.start)}…${source.slice(awaited.end, end)}`;
  if (!/^(?:\{\s*…\s*;?\s*\}|…;?)$/.test(around)) return undefined;
  const begun = awaited.start + (/^await\s+/.exec(source.slice(awaited.start))?.[0].length ?? 0);
  if (/\b(?:await|yield)\b/.test(source.slice(begun, awaited.end))) return undefined;
  return {
    source,
    loop: text,
    awaited,
    range: { start: begun, end: awaited.end },
    isArray: (loop.over?.query?.isMany ?? false) || isDeclaredArray(repetition, text.list),
    semicolon: /;\s*\}?$/.test(source.slice(awaited.end, end)) ? ';' : '',
  };
}

/** `rows: Row[]`; anything else that can be iterated has perhaps no `map`. */
function isDeclaredArray({ loop: { at } }: Repetition, list: string): boolean {
  const facts = at.file.functions[at.function];
  const named = [...(facts?.parameters ?? []), ...(facts?.bindings ?? []).map(({ pattern }) => pattern)].filter(
    ({ name }) => name === list,
  );
  return named.length === 1 && /\[\]$|^(?:Readonly)?Array</.test(named[0]?.type ?? '');
}
