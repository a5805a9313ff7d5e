import { readType } from '../resolve/type-text';
import type { TypeFacts } from './facts';

/** An alias longer than this is a table of a generated client: its text is not kept. */
const longestAlias = 2_000;

/**
 * The types that a text declares: `interface A<T> extends B { db: Knex }`, `type C = D & { db: Knex }`,
 * `declare module 'fastify' { … }`, `declare global { var db: Knex; namespace Express { interface Request { … } } }`.
 * The text is one such declaration, or several. What it does not understand it leaves out.
 */
export function declaredTypes(text: string, module?: string): TypeFacts[] {
  const found: TypeFacts[] = [];
  const globals: { name: string; type: string }[] = [];
  const bare = withoutComments(text);
  const heads =
    /\b(?:(interface)\s+([\w$]+)|(type)\s+([\w$]+)(?=\s*(?:<[^=]*>)?\s*=)|(?:declare\s+)?(global)\s*(?=\{)|(?:module|namespace)\s+(?:["']([^"']+)["']|([\w$.]+))\s*(?=\{)|(?:var|let|const)\s+([\w$]+)\s*:)/g;
  for (let match = heads.exec(bare); match; match = heads.exec(bare)) {
    const [, isInterface, interfaceName, isType, typeName, isGlobal, moduleName, namespace, variable] = match;
    const from = match.index + match[0].length;
    if (isInterface && interfaceName) {
      const open = openingBrace(bare, from);
      const end = closing(bare, open);
      found.push({
        name: interfaceName,
        ...within(module),
        ...interfaceOf(bare.slice(from, open), bare.slice(open, end)),
      });
      heads.lastIndex = end;
    } else if (isType && typeName) {
      const end = endOfAlias(bare, from);
      const alias = aliasOf(bare.slice(from, end));
      if (alias) found.push({ name: typeName, ...within(module), ...alias, members: [] });
      heads.lastIndex = end;
    } else if (variable && module === 'global') {
      const end = endOfAlias(bare, from);
      globals.push({ name: variable, type: bare.slice(from, end).trim() });
      heads.lastIndex = end;
    } else if (isGlobal || moduleName || namespace) {
      const end = closing(bare, from);
      const inner = isGlobal ? 'global' : (moduleName ?? module ?? namespace);
      found.push(...declaredTypes(bare.slice(from + 1, end - 1), inner));
      heads.lastIndex = end;
    }
  }
  if (globals.length > 0) found.push({ name: '', module: 'global', members: globals });
  return found;
}

function within(module: string | undefined): { readonly module?: string } {
  return module === undefined ? {} : { module };
}

/** `<T> extends Base<T>, Other` and the braces. */
function interfaceOf(head: string, body: string): Pick<TypeFacts, 'parameters' | 'extends' | 'members'> {
  const [, parameters, bases] = /^\s*(<[\s\S]*?>)?\s*(?:extends\s+([\s\S]*))?$/.exec(head) ?? [];
  const type = readType(body);
  return {
    ...parametersOf(parameters),
    ...(bases === undefined ? {} : { extends: splitAtCommas(bases) }),
    members: type.kind === 'object' ? type.members : [],
  };
}

/** `<T> = Knex<T>` */
function aliasOf(text: string): Pick<TypeFacts, 'parameters' | 'alias'> | undefined {
  const equals = text.search(/=(?!>)/);
  const alias = text.slice(equals + 1).trim();
  if (equals < 0 || alias === '' || alias.length > longestAlias) return undefined;
  return { ...parametersOf(text.slice(0, equals).trim()), alias };
}

function parametersOf(text: string | undefined): { readonly parameters?: readonly string[] } {
  if (!text?.startsWith('<')) return {};
  const names = splitAtCommas(text.slice(1, -1)).map(
    (one) => /^(?:const\s+|in\s+|out\s+)*([\w$]+)/.exec(one)?.[1] ?? '',
  );
  return { parameters: names };
}

function splitAtCommas(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i <= text.length; i++) {
    const char = text[i] ?? ',';
    if ('<([{'.includes(char)) depth++;
    else if (')]}'.includes(char) || (char === '>' && text[i - 1] !== '=')) depth--;
    else if (char === ',' && (depth <= 0 || i === text.length)) {
      const part = text.slice(start, i).trim();
      if (part !== '') parts.push(part);
      start = i + 1;
    }
  }
  return parts;
}

/** The brace of an interface's body, behind type arguments that may have braces of their own. */
function openingBrace(text: string, from: number): number {
  let depth = 0;
  for (let i = from; i < text.length; i++) {
    if (text[i] === '<') depth++;
    else if (text[i] === '>' && text[i - 1] !== '=') depth--;
    else if (text[i] === '{' && depth <= 0) return i;
  }
  return text.length;
}

/** Behind the bracket that closes the one at `open`. */
function closing(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i = next(text, i)) {
    if ('{(['.includes(text[i] ?? '')) depth++;
    else if ('})]'.includes(text[i] ?? '') && --depth <= 0) return i + 1;
  }
  return text.length;
}

/** A semicolon, or a line's end after which nothing goes on. */
function endOfAlias(text: string, from: number): number {
  let depth = 0;
  for (let i = from; i < text.length; i = next(text, i)) {
    const char = text[i] ?? '';
    if ('{([<'.includes(char)) depth++;
    else if ('})]'.includes(char) || (char === '>' && text[i - 1] !== '=')) {
      if (depth === 0) return i;
      depth--;
    } else if (depth === 0 && char === ';') return i;
    else if (depth === 0 && char === '\n') {
      const before = text.slice(from, i).trimEnd();
      const after = text.slice(i).trimStart();
      const goesOn = before === '' || /(?:[=|&:?,(<]|=>)$/.test(before) || /^(?:[|&?:]|=>|extends\b)/.test(after);
      if (!goesOn) return i;
    }
  }
  return text.length;
}

/** The next character; behind a string's end when one begins here. */
function next(text: string, i: number): number {
  const quote = text[i];
  if (quote !== "'" && quote !== '"') return i + 1;
  const end = text.indexOf(quote, i + 1);
  return end < 0 || text.slice(i, end).includes('\n') ? i + 1 : end + 1;
}

function withoutComments(text: string): string {
  return text.replace(
    /("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|\/\/[^\n]*|\/\*[\s\S]*?\*\//g,
    (_, string) => string ?? ' ',
  );
}
