import type { RepeatedLoop } from '../../code/calls/repetition';
import type { TextRange } from '../../nouns/text-range';

/** A loop over a list that has a name, as it is written: `for (const post of posts) {`, `return Promise.all(posts.map(async (post) => {`. */
export interface LoopText extends StatementPlace {
  /** `posts`, `result.rows` */
  readonly list: string;
  readonly row: string;
  /** The statement's own first character. */
  readonly start: number;
  readonly body: TextRange;
}

/** A place where statements can be put. */
export interface StatementPlace {
  /** Where the line of the statement below begins, or of the comment above it. */
  readonly before: number;
  readonly indent: string;
}

/** Above a statement that begins at `start`; undefined where it does not begin its line, or is the one statement of an `if`. */
export function placeAbove(source: string, start: number): StatementPlace | undefined {
  const line = source.lastIndexOf('\n', start - 1) + 1;
  const indent = source.slice(line, start);
  if (!/^[ \t]*$/.test(indent)) return undefined;
  const before = aboveComments(source, line);
  return endsStatement(source.slice(Math.max(0, before - 2000), before)) ? { before, indent } : undefined;
}

/** Where the statement of a loop begins; undefined where nothing could be waited for before it. */
export function loopStart(loop: RepeatedLoop, source: string): number | undefined {
  return loop.kind === 'callback' ? callbackStart(loop, source) : loop.headRange.start;
}

/** Undefined for any other loop, and where nothing can be put before it, or not be waited for there. */
export function loopText(loop: RepeatedLoop, source: string): LoopText | undefined {
  const head = source.slice(loop.headRange.start, loop.headRange.end);
  const start = loopStart(loop, source);
  const written =
    loop.kind === 'for of'
      ? /^for\s*\(\s*const\s+(?<row>[\w$]+)\s+of\s+(?<list>[\w$]+(?:\.[\w$]+)*)\s*\)$/.exec(head)
      : /^(?<list>[\w$]+(?:\.[\w$]+)*)\s*\.map\(\s*async\s*\(?\s*(?<row>[\w$]+)(?:\s*:\s*[\w$.]+)?\s*$/.exec(head);
  const { list, row } = written?.groups ?? {};
  if (start === undefined || list === undefined || row === undefined || row !== loop.rowName) return undefined;
  const place = placeAbove(source, start);
  return place && { list, row, ...place, start, body: loop.bodyRange };
}

/** Of `return Promise.all(posts.map(…))` in a function that can wait. */
function callbackStart({ kind, headRange, at }: RepeatedLoop, source: string): number | undefined {
  if (kind !== 'callback' || at.file.functions[at.function]?.isAsync !== true) return undefined;
  const text = source.slice(Math.max(0, headRange.start - 300), headRange.start);
  const found = /(?<=(?:^|\n)[ \t]*)(?:return\s+|(?:const|let)\s+[\w$]+\s*=\s*)?(?:await\s+)?Promise\.all\(\s*$/.exec(
    text,
  );
  return found ? headRange.start - found[0].length : undefined;
}

/** Comments on the lines above belong to what stands below them. */
function aboveComments(source: string, line: number): number {
  let start = line;
  while (start > 0) {
    const above = source.lastIndexOf('\n', start - 2) + 1;
    if (!/^[ \t]*\/\//.test(source.slice(above, start))) break;
    start = above;
  }
  return start;
}

/** Not behind `if (…)` on the line above, whose one statement the loop would be. */
function endsStatement(text: string): boolean {
  const kept = text.trimEnd();
  if (kept === '' || /[;{}]$|\*\/$/.test(kept)) return true;
  const last = kept.slice(kept.lastIndexOf('\n') + 1);
  return /^\s*(?:const|let|var|await)\s.*[\w$)\]'"`]$/.test(last) && !/=>\s*$/.test(last);
}
