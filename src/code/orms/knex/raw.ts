import { sourceOf } from '../../facts/value-access';
import { joined, type SqlText } from '../support/sql-text';
import type { Expression } from './expression';
import type { Reader } from './reader';
import type { Located } from './scope';

/** `'?? > ?', ['views', 10]`, `':column: > :least', { column, least }`, a template with values; undefined when the text is not known. */
export function rawSql(reader: Reader, text: Located | undefined, bindings: readonly Located[]): SqlText | undefined {
  if (text === undefined) return undefined;
  const pieces = textOf(reader, text);
  if (pieces === undefined) return undefined;
  const [first] = bindings;
  if (first === undefined) return pieces;
  const given = reader.expression(first);
  if (given.kind === 'object')
    return pieces.flatMap((piece) => (isText(piece) ? named(reader, piece, given) : [piece]));
  const list = given.kind === 'array' ? given.elements : [first];
  const source = sourceOf(first.value);
  let at = 0;
  const next = (): Expression => {
    const index = at++;
    const element = list[index];
    if (element && given.kind !== 'runtime') return reader.expression(element);
    if (element && list.length === 1 && given.kind === 'runtime' && !given.isArray) return given;
    return { kind: 'runtime', source: `${source}[${index}]`, range: first.value.range, isArray: false };
  };
  return pieces.flatMap((piece) => (isText(piece) ? numbered(reader, piece, next) : [piece]));
}

function isText(piece: SqlText[number]): piece is string {
  return typeof piece === 'string';
}

function textOf(reader: Reader, located: Located): SqlText | undefined {
  if (located.value.kind === 'template' && located.value.tag === undefined) {
    const { strings, values } = located.value;
    let before = '';
    return strings.flatMap((string, i) => {
      const value = values[i];
      before += string;
      return value === undefined ? [string] : [string, ...pasted(reader, { value, scope: located.scope }, before)];
    });
  }
  const expression = reader.expression(located);
  if (expression.kind === 'literal' && typeof expression.value === 'number') return [String(expression.value)];
  if (expression.kind === 'literal' && typeof expression.value === 'string') return [expression.value];
  return undefined;
}

/** Behind these stands a name or a clause, no value. */
const beforeClause =
  /(?:^|\b(?:from|join|into|update|table|by|where|and|or|on|set|having|select|union|all|limit \d+)|\))\s*$/i;

/** What the program pastes into the text: a constant as it is; else it is taken for a value where one may stand, and that is said. */
function pasted(reader: Reader, located: Located, before: string): SqlText {
  const expression = reader.expression(located);
  if (expression.kind === 'literal') return [String(expression.value)];
  if (expression.kind === 'sql') return expression.sql;
  const isName = odd(before, '"');
  if (isName || beforeClause.test(before.trimEnd())) reader.unknown('A part of the SQL is known at run time only.');
  reader.note('Text that is put into the SQL at run time is taken for a value.');
  // Inside of a literal no parameter may stand.
  if (isName || odd(before, "'")) return [sourceOf(located.value).replace(/\W+/g, '_')];
  return reader.parameter(expression);
}

function odd(text: string, quote: string): boolean {
  return text.split(quote).length % 2 === 0;
}

function numbered(reader: Reader, text: string, next: () => Expression): SqlText {
  return replaced(text, /\\\?|\?\??/g, ([match]) => {
    if (match === '\\?') return ['?'];
    return match === '??' ? identifiers(reader, next()) : reader.parameter(next());
  });
}

function named(reader: Reader, text: string, values: Expression & { kind: 'object' }): SqlText {
  return replaced(text, /\\?(:(\w+):(?=::)|:(\w+):(?!:)|:(\w+))/g, ([match, whole = '', a, b, c]) => {
    if (match !== whole) return [whole];
    const entry = values.entries.find(({ key }) => key === (a ?? b ?? c));
    if (!entry) return [match];
    const value = reader.expression(entry.value);
    return match.endsWith(':') ? identifiers(reader, value) : reader.parameter(value);
  });
}

function identifiers(reader: Reader, expression: Expression): SqlText {
  const name = reader.name(expression);
  if (name) return name;
  reader.unknown('A name in the SQL is known at run time only.');
  return [''];
}

function replaced(text: string, pattern: RegExp, by: (match: RegExpExecArray) => SqlText): SqlText {
  const pieces: SqlText[] = [];
  let at = 0;
  for (const match of text.matchAll(pattern)) {
    pieces.push([text.slice(at, match.index)], by(match));
    at = match.index + match[0].length;
  }
  return joined([...pieces, [text.slice(at)]], '');
}
