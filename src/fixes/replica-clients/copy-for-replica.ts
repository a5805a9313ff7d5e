/** Initialisers of the file's constants by their names: `pool` → `new Pool({ connectionString: url })`. */
export type Initialisers = ReadonlyMap<string, string>;

/** How deep constants are written out: `drizzle(client)`, `client = postgres(url)`. */
const mostDeep = 4;

/**
 * An expression that makes a client, with the replica's address in the place of the primary's, which stays what it is without
 * the variable: `new Pool({ connectionString: url })` → `new Pool({ connectionString: process.env.DATABASE_READ_URL || url })`.
 * Undefined where no address is seen in it.
 */
export function copyForReplica(expression: string, initialisers: Initialisers, depth = 0): string | undefined {
  const pieces: string[] = [];
  let last = 0;
  let isFound = false;
  for (const { start, end, text } of replacements(expression, initialisers, depth)) {
    if (start < last) continue;
    pieces.push(expression.slice(last, start), text);
    last = end;
    isFound = true;
  }
  return isFound ? pieces.join('') + expression.slice(last) : undefined;
}

interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const urlNames = 'connectionString|connectionUrl|connectionUri|datasourceUrl|databaseUrl|url';

function replacements(expression: string, initialisers: Initialisers, depth: number): Replacement[] {
  const found: Replacement[] = [];
  const put = (name: string, variable: string) => {
    for (const { index, 0: head } of expression.matchAll(new RegExp(`(?<![\\w$.'"])(?:${name})\\s*:\\s*`, 'g'))) {
      const start = index + head.length;
      const end = valueEnd(expression, start);
      const value = expression.slice(start, end).trimEnd();
      if (value !== '' && !value.startsWith('{'))
        found.push({ start, end: start + value.length, text: `${variable} || ${value}` });
    }
  };
  put(`${urlNames}|connection`, 'process.env.DATABASE_READ_URL');
  put('host', 'process.env.DATABASE_READ_HOST');
  for (const { index, 0: name } of expression.matchAll(
    new RegExp(`(?<![\\w$.'"])(?:${urlNames})(?![\\w$])(?=\\s*[,}])`, 'g'),
  ))
    if (isInObject(expression, index))
      found.push({ start: index, end: index + name.length, text: `${name}: process.env.DATABASE_READ_URL || ${name}` });
  // `drizzle(process.env.DATABASE_URL!)`, `postgres(config.url)`
  for (const { index, 0: head } of expression.matchAll(/(?<![\w$.])(?:drizzle|postgres)(?:<[^()]*>)?\(\s*/g)) {
    const start = index + head.length;
    const end = valueEnd(expression, start);
    const value = expression.slice(start, end).trimEnd();
    if (value !== '' && !/^[{[]|^new\s|\(/.test(value) && !initialisers.has(value))
      found.push({ start, end: start + value.length, text: `process.env.DATABASE_READ_URL || ${value}` });
  }
  if (depth < mostDeep) found.push(...inlined(expression, initialisers, depth));
  return found.sort((a, b) => a.start - b.start);
}

/** Constants that hold an address themselves, written out. */
function inlined(expression: string, initialisers: Initialisers, depth: number): Replacement[] {
  return [...initialisers].flatMap(([name, initialiser]): Replacement[] => {
    const places = [
      ...expression.matchAll(new RegExp(`(?<![\\w$.'"])${name.replaceAll('$', '\\$')}(?![\\w$'"(])`, 'g')),
    ];
    const copy = places.length > 0 ? copyForReplica(initialiser, initialisers, depth + 1) : undefined;
    if (copy === undefined) return [];
    return places.flatMap(({ index }) => {
      const after = expression.slice(index + name.length);
      if (/^\s*:/.test(after) && isInObject(expression, index)) return [];
      const isShorthand =
        /^\s*[,}]/.test(after) && /[{,]\s*$/.test(expression.slice(0, index)) && isInObject(expression, index);
      return [{ start: index, end: index + name.length, text: isShorthand ? `${name}: ${copy}` : copy }];
    });
  });
}

/** Where a value ends: before the comma or bracket behind it. */
export function valueEnd(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const character = text[at] ?? '';
    if (/['"`]/.test(character)) {
      const close = closing(text, at, character);
      if (close < 0) return start;
      at = close;
    } else if (/[([{]/.test(character)) depth++;
    else if (/[)\]}]/.test(character)) {
      if (depth === 0) return at;
      depth--;
    } else if (character === ',' && depth === 0) return at;
  }
  return text.length;
}

function closing(text: string, open: number, quote: string): number {
  for (let at = open + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === quote) return at;
  }
  return -1;
}

/** Whether the innermost bracket around a place is a brace. */
function isInObject(text: string, place: number): boolean {
  const open: string[] = [];
  for (let at = 0; at < place; at++) {
    const character = text[at] ?? '';
    if (/['"`]/.test(character)) {
      const close = closing(text, at, character);
      if (close < 0) return false;
      at = close;
    } else if (/[([{]/.test(character)) open.push(character);
    else if (/[)\]}]/.test(character)) open.pop();
  }
  return open.at(-1) === '{';
}
