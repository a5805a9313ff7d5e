import type { DatabaseReference } from './deployment';

/** A variable as a file has it: the value's text with its place. */
export interface Variable {
  readonly path: string;
  readonly name: string;
  readonly value: string;
  /** Where the value's text begins and ends in `text`. */
  readonly start: number;
  readonly end: number;
  readonly program?: string;
}

const url =
  /\bpostgres(?:ql)?(?:\+\w+)?:\/\/(?:([^\s:@/?#]*)(?::((?:[^\s@]|@(?=[^\s/]*@))*))?@)?((\[[^\]]+\]|[^\s:@/?#"'`]+)(?::(\d+))?)(?:\/([^\s?#"'`]*))?(?:\?([^\s#"'`]*))?/i;

/** What a variable says of a database; `text` is the file's. A part that is put together at run time (`$HOST`) is kept as it is written. */
export function referencesIn(text: string, variables: readonly Variable[]): DatabaseReference[] {
  return variables.flatMap((variable) => {
    const written = text.slice(variable.start, variable.end);
    return urlReference(written, variable) ?? hostReference(written, variable, variables) ?? [];
  });
}

function urlReference(written: string, { path, name, start, program }: Variable): DatabaseReference | undefined {
  const match = url.exec(written);
  const [whole = '', user, , address = '', host = '', port, database, parameters = ''] = match ?? [];
  // What a template or the environment puts in is not known.
  if (!match || !isPlain(host)) return undefined;
  // What stands before it may hold the same text: the user, the password.
  const inUrl = whole.lastIndexOf(address, whole.length - (parameters.length + (database?.length ?? 0)));
  const from = start + match.index + inUrl;
  return {
    place: { path, range: { start: from, end: from + address.length } },
    variable: name,
    host,
    ...(port !== undefined && { port: Number(port) }),
    ...(isPlain(database) && { database }),
    ...(isPlain(user) && { user }),
    parameters: parametersOf(parameters),
    isUrl: true,
    ...(program !== undefined && { program }),
  };
}

const isPlain = (text: string | undefined): text is string => /^(?:[\w.-]+|\[[\da-f:.]+\])$/i.test(text ?? '');

const hostName = /^(?:(?:PG|POSTGRES(?:QL)?_?|DB_?|DATABASE_?)HOST(?:NAME)?|(?:PG|POSTGRES|DB|DATABASE)_SERVER)$/i;
const portName = /^(?:PG|POSTGRES(?:QL)?_?|DB_?|DATABASE_?)PORT$/i;

function hostReference(written: string, one: Variable, all: readonly Variable[]): DatabaseReference | undefined {
  const host = one.value.trim();
  if (!hostName.test(one.name) || !/^[\w.-]+$/.test(host)) return undefined;
  const from = one.start + Math.max(0, written.indexOf(host));
  const port = all.find(({ name, program }) => program === one.program && portName.test(name))?.value;
  return {
    place: { path: one.path, range: { start: from, end: from + host.length } },
    variable: one.name,
    host,
    ...(port && /^\d+$/.test(port) && { port: Number(port) }),
    parameters: {},
    isUrl: false,
    ...(one.program !== undefined && { program: one.program }),
  };
}

/** Without those that hold passwords. */
function parametersOf(text: string): Record<string, string> {
  const pairs = text.split('&').map((pair) => pair.split('='));
  return Object.fromEntries(
    pairs.flatMap(([name = '', value = '']) => (name === '' || /pass|pwd|key/i.test(name) ? [] : [[name, value]])),
  );
}
