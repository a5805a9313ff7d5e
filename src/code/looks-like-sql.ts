import { tokens } from '../sql/lexer';

/** The first word of a statement that an application sends. */
const statementStart =
  /^(?:\s|\ufeff|\(|--[^\n]*\n|\/\*.*?\*\/)*(select|insert|update|delete|merge|with|values|table|create|alter|drop|truncate|explain|analyze|vacuum|refresh|reindex|cluster|call|do|copy|grant|revoke|comment|lock|set|reset|show|begin|start|commit|rollback|savepoint|release|declare|fetch|close|listen|notify|unlisten|prepare|execute|deallocate|import)\b/is;

/** What has to follow somewhere for a text that does not parse to be SQL all the same. */
const companions: Readonly<Record<string, RegExp>> = {
  select: /\bfrom\b|\bunion\b|[*(]|^select\s+(?:\d|'|\$)/i,
  insert: /\binto\b/i,
  update: /\bset\b/i,
  delete: /\bfrom\b/i,
  merge: /\binto\b.*\busing\b/is,
  with: /\bas\s*(?:not\s+)?(?:materialized\s*)?\(/i,
  create:
    /^create\s+(?:or\s+replace\s+)?(?:(?:unique|global|local|temp|temporary|unlogged|materialized|foreign|event|constraint|recursive)\s+)*(?:table|index|view|function|procedure|trigger|type|schema|extension|sequence|domain|role|user|database|policy|rule)\b/i,
  alter: /^alter\s+(?:table|index|view|function|type|schema|extension|sequence|role|user|database|materialized)\b/i,
  drop: /^drop\s+(?:table|index|view|function|type|schema|extension|sequence|trigger|role|user|database|materialized)\b/i,
};

/** Sentences for people: `Select an option`, `Delete from favourites?` */
const sentence = /^[A-Z][a-z]+(?:\s+[A-Za-z'’-]+)*\s*[.!?…:]*\s*$/;
const article = /\s(?:an?|the|your|this|please|or)\s/i;

/** The statement's first word in lower case when the text may be SQL; undefined when it cannot be. */
export function sqlStart(text: string): string | undefined {
  const word = statementStart.exec(text)?.[1]?.toLowerCase();
  if (word === undefined) return undefined;
  const trimmed = text.trim();
  // `query('select')` asks for an element, not the database.
  if (/^\w+$/.test(trimmed)) return /^(begin|commit|rollback)$/i.test(trimmed) ? word : undefined;
  if (/^[\s\w'’.!?…:-]*$/.test(trimmed)) {
    if (sentence.test(trimmed) && !/\s(?:From|Where|Into|Set|FROM|WHERE|INTO|SET|TABLE)\s/.test(trimmed))
      return undefined;
    if (article.test(trimmed) && !/[A-Z]{4}/.test(trimmed)) return undefined;
  }
  return word;
}

/** Whether a text that does not parse is SQL with a mistake, rather than something else. */
export function isPlausibleSql(text: string): boolean {
  const first = tokens(text.slice(0, 2000)).find((token) => token.kind === 'word');
  if (first === undefined) return false;
  const word = text.slice(first.start, first.end).toLowerCase();
  return companions[word]?.test(text.slice(first.start)) ?? false;
}
