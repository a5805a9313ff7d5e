/**
 * While a line is half typed, its open brackets swallow what follows: methods seem to be in the call that is being
 * written. Indentation tells where they should have been closed. Gives the text with the brackets closed, in place of the
 * white space behind the line, so that every offset stays what it is; undefined when nothing is to be repaired.
 */
export function repaired(text: string): string | undefined {
  const edits = [...danglingEdits(text), ...bracketEdits(text)];
  if (edits.length === 0) return undefined;
  const parts: string[] = [];
  let last = 0;
  for (const { start, newText } of edits.sort((a, b) => a.start - b.start)) {
    if (start < last) continue;
    parts.push(text.slice(last, start), newText);
    last = start + newText.length;
  }
  return parts.join('') + text.slice(last);
}

/** As many characters are replaced as the new text has. */
interface Edit {
  readonly start: number;
  readonly newText: string;
}

interface Opened {
  readonly closer: string;
  readonly offset: number;
  readonly indentation: number;
}

/** `await post.` and `const x =` before a line that begins a statement. */
function danglingEdits(text: string): Edit[] {
  const pattern =
    /(?:\?\.|[.=])(?=[ \t]*\r?\n\s*(?:(?:const|let|var|return|if|for|while|await|throw|try|switch)\b|\}))/g;
  return [...text.matchAll(pattern)].map((match) => ({ start: match.index, newText: ';'.padStart(match[0].length) }));
}

function bracketEdits(text: string): Edit[] {
  const edits: Edit[] = [];
  const stack: Opened[] = [];
  for (const { char, offset } of brackets(text)) {
    const closer = closers[char];
    if (closer !== undefined) {
      stack.push({ closer, offset, indentation: indentationAt(text, offset) });
      continue;
    }
    const isFirst = isFirstOfLine(text, offset);
    const indentation = indentationAt(text, offset);
    const fits = (open: Opened) => open.closer === char && (!isFirst || open.indentation === indentation);
    if (isFirst) edits.push(...closing(text, stack.splice(stack.length - unclosedOnLine(text, offset, stack))));
    const top = stack.at(-1);
    if (top === undefined) continue;
    if (fits(top)) {
      stack.pop();
      continue;
    }
    const index = stack.findLastIndex(fits);
    // Another style of indentation: the kind of bracket has to do.
    if (index < 0) {
      if (top.closer === char) stack.pop();
      continue;
    }
    edits.push(...closing(text, stack.splice(index + 1)));
    stack.pop();
  }
  return edits;
}

/**
 * `}` alone on its line after `run() { find({ where: {`: it closes the line's first bracket, and those behind it are
 * those that nobody closed. How many these are.
 */
function unclosedOnLine(text: string, offset: number, stack: readonly Opened[]): number {
  const [, run = '', rest = ''] = /^([)\]}]+)([^\n]*)/.exec(text.slice(offset, offset + 200)) ?? [];
  const top = stack.at(-1);
  if (top === undefined || !/^[;,]?\s*$/.test(rest) || top.indentation !== indentationAt(text, offset)) return 0;
  const line = text.lastIndexOf('\n', top.offset);
  const group = stack.slice(stack.findLastIndex((open) => open.offset < line) + 1);
  const outer = group.slice(0, run.length).map(({ closer }) => closer);
  return group.length > run.length && outer.reverse().join('') === run ? group.length - run.length : 0;
}

/** Closes what is open at the end of the line of the innermost one; a line without room for it is blanked. */
function closing(text: string, open: readonly Opened[]): Edit[] {
  const last = open.at(-1);
  const first = open[0];
  if (first === undefined || last === undefined) return [];
  const lineEnd = /\r?\n/.exec(text.slice(last.offset))?.index ?? text.length - last.offset;
  const line = text.slice(0, last.offset + lineEnd).trimEnd();
  const room = text.length - line.length - text.slice(line.length).trimStart().length;
  const value = /[:=&|?+\-*/<>(!]$/.test(line) && !/[({[]$/.test(line) ? '0' : '';
  const brackets = open.map(({ closer }) => closer).reverse();
  const newText = `${value}${brackets.join('')}`;
  // The end of the line ends the statement.
  if (newText.length <= room)
    return [{ start: line.length, newText: newText.length < room ? `${newText}\n` : newText }];
  const start = text.lastIndexOf('\n', first.offset) + 1;
  return [{ start, newText: text.slice(start, line.length).replace(/[^\r\n]/g, ' ') }];
}

const closers: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** Brackets of the program; not those in texts, comments and regular expressions. Those in `${…}` are left out too. */
function* brackets(text: string): Generator<{ readonly char: string; readonly offset: number }> {
  const token =
    /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^'\\\n]|\\[\s\S])*'?|"(?:[^"\\\n]|\\[\s\S])*"?|`(?:[^`\\]|\\[\s\S])*`?|(?<=[(,=:[!&|?{};\n]\s*)\/(?![/*])(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/|[()[\]{}]/g;
  for (const match of text.matchAll(token)) {
    const char = match[0];
    if (char.length === 1 && '()[]{}'.includes(char)) yield { char, offset: match.index };
  }
}

function indentationAt(text: string, offset: number): number {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  let end = start;
  while (text[end] === ' ' || text[end] === '\t') end++;
  return end - start;
}

function isFirstOfLine(text: string, offset: number): boolean {
  return text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset).trim() === '';
}
