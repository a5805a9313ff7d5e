import type { Node } from 'web-tree-sitter';
import type { MappedText } from '../../sql/source-map';
import type { Definitions } from './javascript-definitions';
import type { HelperPart } from './javascript-postgres-helpers';

/** `$1:name`, `$2~`, `${columns:name}`, `$<order^>`: what is pasted into the text instead of being a value. */
const pasted =
  /\$(?:(\d+)(:name|:alias|:raw|:value|[~^#])|(?:\{|\(|<|\[|\/)\s*([\w$]+)\s*(:name|:alias|:raw|:value|[~^#])\s*(?:\}|\)|>|\]|\/))/g;

/** Writes names and raw text where the call says what they are: `db.any('SELECT $1:name FROM posts', ['id'])`. */
export function withPastedValues(text: MappedText, values: Node | undefined, definitions: Definitions): MappedText {
  if (values === undefined || !/\$(?:\d+|[{(<[/]\s*\w+\s*)[:~^#]/.test(text.text)) return text;
  const given = definitions.valueOf(values) ?? values;
  const edits = [...text.text.matchAll(pasted)].flatMap((match) => {
    const [whole, index, positional, name = '', named] = match;
    const node = index === undefined ? definedProperty(given, name, definitions) : elementAt(given, Number(index) - 1);
    const written = node === undefined ? undefined : pastedText(node, positional ?? named ?? '', definitions);
    if (written === undefined) return [];
    return [{ range: { start: match.index, end: match.index + whole.length }, newText: written }];
  });
  return edits.length === 0 ? text : text.replace(edits);
}

function elementAt(values: Node, index: number): Node | undefined {
  if (values.type === 'array') return values.namedChildren[index] ?? undefined;
  return index === 0 ? values : undefined;
}

function definedProperty(values: Node, name: string, definitions: Definitions): Node | undefined {
  return values.type === 'object' ? definitions.property(values, name) : undefined;
}

function pastedText(node: Node, modifier: string, definitions: Definitions): string | undefined {
  const value = definitions.valueOf(node) ?? node;
  const names = value.type === 'array' ? value.namedChildren.map(stringOf) : [stringOf(value)];
  if (names.length === 0 || names.some((name) => name === undefined)) return undefined;
  const known = names.filter((name) => name !== undefined);
  if (modifier === ':name' || modifier === '~')
    return known.map((name) => (name === '*' ? '*' : quoted(name))).join(', ');
  if (modifier === ':alias') return known.map((name) => (/^[a-z_]\w*$/.test(name) ? name : quoted(name))).join(', ');
  return known.join(', ');
}

interface Column {
  readonly name: string;
  /** `?id`: not set by an UPDATE. */
  readonly isKey: boolean;
}

/** `pgp.helpers.insert(rows, columns, 'users')` → insert into "users" ("email") values ($1); update likewise. */
export function helperParts(
  kind: 'insert' | 'update',
  given: readonly Node[],
  definitions: Definitions,
): HelperPart[] | undefined {
  const [data, columnsNode, tableNode] = given;
  if (data === undefined) return undefined;
  const set = columnSet(columnsNode, definitions);
  const columns =
    set?.columns ?? columnsOf(followed(columnsNode, definitions), definitions) ?? keysOf(followed(data, definitions));
  const table = tableName(followed(tableNode, definitions), definitions) ?? set?.table;
  if (columns === undefined || columns.length === 0 || table === undefined) return undefined;
  const source = data.text.slice(0, 40);
  const value = ({ name }: Column): HelperPart => ({ value: `${source}.${name}` });
  const list = columns.map(({ name }) => quoted(name)).join(', ');
  if (kind === 'insert') return [`insert into ${table}(${list}) values (`, ...separated(columns.map(value)), ')'];
  const changed = columns.filter(({ isKey }) => !isKey);
  if (!isMany(data, definitions)) {
    return [
      `update ${table} set `,
      ...separated(changed.map((column) => [`${quoted(column.name)} = `, value(column)])).flat(),
    ];
  }
  const sets = changed.map(({ name }) => `${quoted(name)} = v.${quoted(name)}`).join(', ');
  return [`update ${table} as t set ${sets} from (values (`, ...separated(columns.map(value)), `)) as v(${list})`];
}

/** `new pgp.helpers.ColumnSet(['?id', 'email'], { table: 'users' })` */
function columnSet(
  node: Node | undefined,
  definitions: Definitions,
): { readonly columns?: Column[] | undefined; readonly table?: string | undefined } | undefined {
  const made = followed(node, definitions);
  if (made?.type !== 'new_expression' || !/ColumnSet$/.test(made.childForFieldName('constructor')?.text ?? ''))
    return undefined;
  const [columns, options] = made.childForFieldName('arguments')?.namedChildren.filter((each) => each !== null) ?? [];
  const table = options?.type === 'object' ? definitions.property(options, 'table') : undefined;
  return { columns: columnsOf(columns, definitions), table: tableName(table, definitions) };
}

function columnsOf(node: Node | undefined, definitions: Definitions): Column[] | undefined {
  if (node?.type === 'object') return keysOf(node);
  if (node?.type !== 'array') return undefined;
  const columns = node.namedChildren.map((child): Column | undefined => {
    if (child === null) return undefined;
    const named = child.type === 'object' ? definitions.property(child, 'name') : child;
    const text = named === undefined ? undefined : stringOf(named);
    const name = text === undefined ? undefined : /^[?!]?([\w$]+)/.exec(text)?.[1];
    if (text === undefined || name === undefined) return undefined;
    const isKey =
      text.startsWith('?') || (child.type === 'object' && definitions.property(child, 'cnd')?.text === 'true');
    return { name, isKey };
  });
  return columns.some((column) => column === undefined) ? undefined : columns.filter((column) => column !== undefined);
}

function keysOf(node: Node | undefined): Column[] | undefined {
  const object = node?.type === 'array' ? node.namedChildren[0] : node;
  if (object?.type !== 'object') return undefined;
  const names = object.namedChildren.map((member) => {
    if (member?.type === 'shorthand_property_identifier') return member.text;
    return member?.type === 'pair' ? member.childForFieldName('key')?.text.replace(/^['"]|['"]$/g, '') : undefined;
  });
  if (names.some((name) => name === undefined)) return undefined;
  return names.flatMap((name) => (name === undefined ? [] : [{ name, isKey: false }]));
}

/** `'users'`, `{ table: 'users', schema: 'public' }`, `new pgp.helpers.TableName(…)` */
function tableName(node: Node | undefined, definitions: Definitions): string | undefined {
  if (node === undefined) return undefined;
  const text = stringOf(node);
  if (text !== undefined) return quoted(text);
  if (node.type === 'new_expression') {
    return tableName(node.childForFieldName('arguments')?.namedChildren[0] ?? undefined, definitions);
  }
  if (node.type !== 'object') return undefined;
  const table = definitions.property(node, 'table');
  const schema = definitions.property(node, 'schema');
  const name = table === undefined ? undefined : stringOf(table);
  const schemaName = schema === undefined ? undefined : stringOf(schema);
  return name === undefined ? undefined : `${schemaName === undefined ? '' : `${quoted(schemaName)}.`}${quoted(name)}`;
}

/** Rows rather than one row: a list, or a parameter that is declared as one. */
function isMany(data: Node, definitions: Definitions): boolean {
  const value = followed(data, definitions);
  if (value?.type !== 'identifier') return value?.type === 'array' || value?.type === 'call_expression';
  for (let around = data.parent; around !== null; around = around.parent) {
    const parameters = around.childForFieldName('parameters');
    const own = parameters?.namedChildren.find((each) => each?.childForFieldName('pattern')?.text === data.text);
    if (own) return /\[\]|\bArray</.test(own.childForFieldName('type')?.text ?? '');
  }
  return false;
}

function followed(node: Node | undefined, definitions: Definitions): Node | undefined {
  return node === undefined ? undefined : (definitions.valueOf(node) ?? node);
}

function stringOf(node: Node | null): string | undefined {
  return node?.type === 'string' ? node.text.slice(1, -1) : undefined;
}

function separated<T>(parts: readonly T[]): (T | string)[] {
  return parts.flatMap((part, i) => (i === 0 ? [part] : [', ', part]));
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
