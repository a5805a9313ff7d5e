import type { QueryPlace } from '../code/calls/repetition';
import type { Sequence } from '../code/calls/sequences';
import type { EditFix } from '../nouns/fix';
import type { TextRange } from '../nouns/text-range';
import type { TextOf } from './code-fixes';

interface Statement {
  readonly range: TextRange;
  /** `const` */
  readonly keyword: string;
  /** `posts`, `{ rows }` */
  readonly pattern: string;
  /** The call without its `await`. */
  readonly call: string;
}

/**
 * `const a = await x(); const b = await y();` → `const [a, b] = await Promise.all([x(), y()]);` Undefined unless the statements stand
 * one behind the other with nothing between them, and all are declared alike.
 */
export function together({ queries }: Sequence, textOf: TextOf): EditFix | undefined {
  const [first] = queries;
  const source = first && textOf(first.uri);
  if (!first || source === undefined || queries.length < 2) return undefined;
  const statements = queries.map((query) => statementOf(query, source));
  const all = statements.filter((statement) => statement !== undefined);
  const [head] = all;
  if (!head || all.length < statements.length) return undefined;
  for (const [i, statement] of all.entries()) {
    const before = all[i - 1];
    if (statement.keyword !== head.keyword) return undefined;
    if (before && !/^\s*$/.test(source.slice(before.range.end, statement.range.start))) return undefined;
  }
  const indent = /[ \t]*$/.exec(source.slice(0, head.range.start))?.[0] ?? '';
  const calls = all.map(({ call }) => `${indent}  ${call.replaceAll('\n', '\n  ')},\n`).join('');
  const patterns = all.map(({ pattern }) => pattern).join(', ');
  const semicolon = source[head.range.end - 1] === ';' ? ';' : '';
  const end = all.at(-1)?.range.end ?? head.range.end;
  const newText = `${head.keyword} [${patterns}] = await Promise.all([\n${calls}${indent}])${semicolon}`;
  return {
    kind: 'edit',
    title: `Send these ${all.length} queries together (Promise.all)`,
    edits: [{ uri: first.uri, range: { start: head.range.start, end }, newText }],
  };
}

/** `const posts = await Post.findAll({ … });` on lines of its own; no type that an array's element would lose. */
function statementOf({ chain, orm }: QueryPlace, source: string): Statement | undefined {
  if (!chain || !orm || chain.links.some(({ awaited }) => awaited)) return undefined;
  const { start } = chain.rootRange;
  const before = source.slice(Math.max(0, start - 400), start);
  const declared = /(?<=^|[\n;{}]\s*)(const|let|var)\s+([\w$]+|\{[\s\w$,:]*\}|\[[\s\w$,]*\])\s*=\s*await\s+$/.exec(
    before,
  );
  if (!declared) return undefined;
  const [whole, keyword = '', pattern = ''] = declared;
  const behind = /^;?/.exec(source.slice(chain.range.end))?.[0] ?? '';
  const rest = source.slice(chain.range.end + behind.length).split('\n', 1)[0] ?? '';
  if (rest.trim() !== '') return undefined;
  return {
    range: { start: start - whole.length, end: chain.range.end + behind.length },
    keyword,
    pattern,
    call: source.slice(start, chain.range.end),
  };
}
