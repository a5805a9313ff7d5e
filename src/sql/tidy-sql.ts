import { type Token, tokens } from './lexer';

/**
 * The same statement as a person would write it in one line: one space between words, none inside parentheses and around dots,
 * and no parentheses that change nothing: `WHERE (((a) = ($1)) AND ((b) > (2)))` → `WHERE a = $1 AND b > 2`.
 */
export function tidySql(sql: string): string {
  const words = [...tokens(sql)].filter(({ kind }) => kind !== 'space' && kind !== 'comment');
  const items = words.map((token) => ({ ...token, text: sql.slice(token.start, token.end) }));
  return spaced(flat(simplified(nested(items))));
}

interface Item extends Token {
  readonly text: string;
}

/** `( … )` */
interface Group {
  readonly kind: 'group';
  readonly parts: readonly Part[];
}

type Part = Item | Group;

function nested(items: readonly Item[]): Part[] {
  const stack: Part[][] = [[]];
  for (const item of items) {
    if (item.kind === 'mark' && item.text === '(') stack.push([]);
    else if (item.kind === 'mark' && item.text === ')' && stack.length > 1) {
      const parts = stack.pop() ?? [];
      stack.at(-1)?.push({ kind: 'group', parts });
    } else stack.at(-1)?.push(item);
  }
  // A text whose parentheses do not match keeps what it has.
  while (stack.length > 1) {
    const parts = stack.pop() ?? [];
    stack.at(-1)?.push({ kind: 'mark', start: 0, end: 1, text: '(' }, ...parts);
  }
  return stack[0] ?? [];
}

/** How tightly the loosest operator of an expression binds; an operand alone binds tightest. */
const binding = { or: 1, and: 2, not: 3, operator: 4, operand: 5 } as const;

/** Before an expression: it stands alone up to the next of these, a comma or AND, OR. */
const opens = new Set([
  'where',
  'on',
  'having',
  'when',
  'then',
  'else',
  'select',
  'distinct',
  'and',
  'or',
  'limit',
  'offset',
]);
/** Behind an expression. */
const closes = new Set(
  `and or order group limit offset having union intersect except returning left right inner full cross join for when then
  else end from where as asc desc nulls fetch window on set`.split(/\s+/),
);

function simplified(parts: readonly Part[]): Part[] {
  const inner = parts.map((part) =>
    part.kind === 'group' ? doubled({ ...part, parts: simplified(part.parts) }) : part,
  );
  const found: Part[] = [];
  inner.forEach((part, i) => {
    const before = inner[i - 1];
    const after = inner[i + 1];
    if (part.kind === 'group' && !isList(inner, i) && canOpen(part, before, after)) found.push(...part.parts);
    else found.push(part);
  });
  return found;
}

/** `DISTINCT ON (a)`, the rows of `VALUES (1), (2)` */
function isList(parts: readonly Part[], at: number): boolean {
  let i = at - 1;
  if (wordOf(parts[i]) === 'on') return wordOf(parts[i - 1]) === 'distinct';
  while (wordOf(parts[i]) === ',' && parts[i - 1]?.kind === 'group') i -= 2;
  return wordOf(parts[i]) === 'values';
}

/** `((a))` → `(a)` */
function doubled(group: Group): Group {
  const [only, ...others] = group.parts;
  return others.length === 0 && only?.kind === 'group' ? only : group;
}

function canOpen(group: Group, before: Part | undefined, after: Part | undefined): boolean {
  if (group.parts.length === 0 || startsQuery(group) || hasComma(group)) return false;
  const left = wordOf(before);
  const right = wordOf(after);
  // The parentheses of a call, a list, a row, an index: `count(x)`, `IN (1)`, `VALUES (1)`, `ON CONFLICT (id)`.
  const isFirst = before === undefined || left === ',' || (isWord(before) && opens.has(left));
  const isLast = after === undefined || right === ',' || right === ';' || (isWord(after) && closes.has(right));
  const strength = bindingOf(group.parts);
  if (strength === binding.operand) {
    // `a = ($1)`, `(a) = 1`; not `count (a)`, and not `(a).b`, `(a)[1]`, `(a)::text` of more than a name.
    const isOperandSide =
      isFirst || before?.kind === 'operator' || (isWord(before) && /^(?:not|like|ilike|between|by)$/.test(left));
    const isSimple = group.parts.every((part) => part.kind !== 'group' || isCall(group.parts));
    return isOperandSide && isSimple && right !== '.' && right !== '[' && !(after?.kind === 'group');
  }
  if (!isFirst || !isLast) return false;
  const beside = Math.max(looseness(left), looseness(right));
  // `a OR (b AND c)` is left to be read without knowing which binds tighter.
  return beside === 0 || strength >= binding.not || (strength === beside && strength === binding.and);
}

function looseness(word: string): number {
  return word === 'and' ? binding.and : word === 'or' ? binding.or : 0;
}

function bindingOf(parts: readonly Part[]): number {
  let betweens = 0;
  let loosest: number = binding.operand;
  let cases = 0;
  parts.forEach((part, i) => {
    const word = isWord(part) ? wordOf(part) : '';
    if (word === 'case') cases++;
    else if (word === 'end') cases--;
    if (cases > 0) return;
    if (word === 'between') betweens++;
    if (word === 'and' && betweens > 0) betweens--;
    else if (word === 'and') loosest = Math.min(loosest, binding.and);
    else if (word === 'or') loosest = Math.min(loosest, binding.or);
    else if (word === 'not' && i === 0) loosest = Math.min(loosest, binding.not);
    if (part.kind === 'operator' || (i > 0 && isWord(part)) || wordOf(part) === ':') {
      loosest = Math.min(loosest, binding.operator);
    }
  });
  return loosest;
}

function startsQuery(group: Group): boolean {
  const [first] = group.parts;
  return isWord(first) && /^(?:select|with|values|insert|update|delete)$/.test(wordOf(first));
}

function hasComma(group: Group): boolean {
  return group.parts.some((part) => wordOf(part) === ',');
}

/** `lower(x)` */
function isCall(parts: readonly Part[]): boolean {
  return parts.length === 2 && (isWord(parts[0]) || parts[0]?.kind === 'quoted name') && parts[1]?.kind === 'group';
}

function isWord(part: Part | undefined): boolean {
  return part?.kind === 'word';
}

function wordOf(part: Part | undefined): string {
  return part === undefined || part.kind === 'group' ? '' : part.text.toLowerCase();
}

function flat(parts: readonly Part[]): Item[] {
  return parts.flatMap((part): Item[] =>
    part.kind === 'group'
      ? [
          { kind: 'mark', start: 0, end: 1, text: '(' },
          ...flat(part.parts),
          { kind: 'mark', start: 0, end: 1, text: ')' },
        ]
      : [part],
  );
}

/** Words before which a parenthesis has a space: `IN (`, `AS (`; a name has none: `count(`. */
const beforeSpacedParenthesis = new Set(
  `in as values and or not on where having select from using by when then else between like ilike into conflict with over filter
  lateral join union all except intersect set returning key is distinct limit offset update case`.split(/\s+/),
);

function spaced(items: readonly Item[]): string {
  let text = '';
  items.forEach((item, i) => {
    const before = items[i - 1];
    if (before !== undefined && needsSpace(before, item, items[i - 2])) text += ' ';
    text += item.text;
  });
  return text;
}

function needsSpace(before: Item, item: Item, earlier: Item | undefined): boolean {
  const { text } = item;
  if (text === ',' || text === ')' || text === ';' || text === '.' || text === ']' || text === '[') return false;
  if (before.text === '(' || before.text === '.' || before.text === '[') return false;
  // `a::text`
  if (text === ':' || before.text === ':' || text === '::' || before.text === '::') return false;
  if (text !== '(') return true;
  if (before.kind === 'operator' || before.text === ',') return true;
  if (before.kind !== 'word') return before.kind !== 'quoted name' || earlier?.text.toLowerCase() === 'into';
  return beforeSpacedParenthesis.has(before.text.toLowerCase()) || earlier?.text.toLowerCase() === 'into';
}
