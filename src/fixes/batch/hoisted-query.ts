import type { Repetition } from '../../code/calls/repetition';
import type { EditFix } from '../../nouns/fix';
import type { TextOf } from '../code-fixes';
import { awaitedRange } from '../eager-loading/awaited-range';
import { loopStart, placeAbove } from './loop-text';
import { reindented } from './text';
import { namesOfTurn, standsIn } from './turn-call';
import { codeOf, isAnotherEachTime, isChangedIn, mayLeave, mayWrite, mentions, withoutComments } from './turn-text';

/** Which of them may begin before the list is looked at: a `while` may wait for the answer to become another. */
const loops = /^(?:for|for of|callback)$/;

/**
 * `for (const post of posts) { const setting = await Setting.findOne(…); … }`, where nothing of the turn is in the query: the
 * declaration moves above the loop.
 */
export function hoistedQuery(repetition: Repetition, textOf: TextOf): EditFix | undefined {
  const { inner, loop, kind, depth, pace } = repetition;
  if (kind !== 'same query' || depth > 0 || repetition.reason || pace === 'not awaited') return undefined;
  if (!loops.test(loop.kind) || inner.uri !== loop.uri || !standsIn(repetition) || repetition.isRecursive)
    return undefined;
  const source = textOf(inner.uri);
  const awaited = source === undefined ? undefined : awaitedRange(inner, source);
  const start = source === undefined ? undefined : loopStart(loop, source);
  const place = source === undefined || start === undefined ? undefined : placeAbove(source, start);
  const { start: begin, end } = loop.bodyRange;
  if (source === undefined || !awaited || !place || awaited.start < begin || awaited.end > end) return undefined;
  const before = source.slice(begin, awaited.start);
  const declared = declaration.exec(before);
  const names = declared && declaredNames(declared[1] ?? '');
  const behind = /^[ \t]*;?[ \t]*(?:\r?\n|$)/.exec(source.slice(awaited.end, end));
  if (!declared || !names || !behind || mayLeave(before.slice(0, declared.index))) return undefined;
  const call = source.slice(awaited.start, awaited.end);
  const after = source.slice(awaited.end, end);
  if (isAnotherEachTime(call) || namesOfTurn(repetition).some((name) => name !== '' && mentions(codeOf(call), name)))
    return undefined;
  if (mayWrite(withoutComments(`${before} ${after}`)) || isChangedIn(before, after)) return undefined;
  const isTaken = names.some((name) => namedElsewhere(repetition, source, name));
  if (isTaken) return undefined;
  const line = begin + declared.index + (declared[0].startsWith('\n') ? 1 : 0);
  const statement = source.slice(begin + declared.index, awaited.end).trim();
  const semicolon = behind[0].includes(';') ? ';' : '';
  const moved = `${place.indent}${reindented(source, awaited.start, statement, place.indent)}${semicolon}\n`;
  return {
    kind: 'edit',
    title: 'Ask once, before the loop',
    edits: [
      { uri: inner.uri, range: { start: place.before, end: place.before }, newText: moved },
      { uri: inner.uri, range: { start: line, end: awaited.end + behind[0].length }, newText: '' },
    ],
    note: 'It is asked once also when there are no turns.',
  };
}

/** A declaration on lines of its own, with no comment above it. */
const declaration = /(?<=[{;}][ \t]*|[\w)\]'"`][ \t]*)\n[ \t]*const\s+([\w$]+|\{[\s\w$,:]*\}|\[[\s\w$,]*\])\s*=\s*$/;

/** `{ rows: settings }` → ['settings'] */
function declaredNames(pattern: string): string[] {
  return pattern.replace(/[\w$]+\s*:/g, '').match(/[\w$]+/g) ?? [];
}

/** In the function outside of the loop's body, where the name would mean something else now. */
function namedElsewhere({ loop: { at, bodyRange } }: Repetition, source: string, name: string): boolean {
  const { start, end } = at.file.functions[at.function]?.range ?? { start: 0, end: source.length };
  return mentions(`${source.slice(start, bodyRange.start)} ${source.slice(bodyRange.end, end)}`, name);
}
