import { entry, entryNames, stringOf } from '../../facts/value-access';
import type { ObjectValue, Value } from '../../facts/values';
import type { Association, ModelColumn } from '../../models/model';
import type { NameMapper } from '../knex/names';

/** A text or a list of them. */
export function texts(value: Value | undefined): readonly string[] | undefined {
  if (value?.kind === 'array') return value.elements.flatMap((element) => stringOf(element.value) ?? []);
  const text = stringOf(value);
  return text === undefined ? undefined : [text];
}

export function columnsOf(
  properties: ObjectValue | undefined,
  idColumns: readonly string[],
  columnOf: NameMapper,
): readonly ModelColumn[] {
  const columns = (properties ? entryNames(properties) : []).map((property): ModelColumn => {
    const column = columnOf(property);
    const type = entry(entry(properties, property), 'type');
    return { property, column, ...typeOf(type), ...(idColumns.includes(column) ? { isPrimaryKey: true } : {}) };
  });
  const missing = idColumns.filter((id) => !columns.some(({ column }) => column === id || column === columnOf(id)));
  return [
    ...missing.map((id): ModelColumn => ({ property: id, column: columnOf(id), isPrimaryKey: true })),
    ...columns,
  ];
}

const types: Readonly<Record<string, string>> = {
  integer: 'integer',
  string: 'text',
  boolean: 'boolean',
  number: 'double precision',
  object: 'jsonb',
};

/** `{ type: ['integer', 'null'] }` */
function typeOf(value: Value | undefined): { readonly type?: string } {
  const name = texts(value)?.find((each) => each !== 'null');
  const type = name === undefined ? undefined : types[name];
  return type === undefined ? {} : { type };
}

interface Kind {
  readonly kind: Association['kind'];
  readonly isThrough: boolean;
  readonly isOne: boolean;
}

/** `Model.BelongsToOneRelation`, `BelongsToOneRelation` */
export function kindOf(value: Value | undefined): Kind | undefined {
  if (value?.kind !== 'chain') return undefined;
  const name = value.links.at(-1)?.name ?? value.root;
  switch (name) {
    case 'BelongsToOneRelation':
      return { kind: 'belongsTo', isThrough: false, isOne: true };
    case 'HasOneRelation':
      return { kind: 'hasOne', isThrough: false, isOne: true };
    case 'HasManyRelation':
      return { kind: 'hasMany', isThrough: false, isOne: false };
    case 'ManyToManyRelation':
      return { kind: 'belongsToMany', isThrough: true, isOne: false };
    case 'HasOneThroughRelation':
      return { kind: 'belongsToMany', isThrough: true, isOne: true };
    default:
      return undefined;
  }
}

/** `'posts.author_id'`, `['a.x', 'a.y']` → the table and its columns */
export function references(
  all: readonly string[] | undefined,
): { readonly table: string; readonly columns: readonly string[] } | undefined {
  const [first] = all ?? [];
  if (!all || first === undefined || !first.includes('.')) return undefined;
  const table = first.slice(0, first.lastIndexOf('.'));
  return { table, columns: all.map((text) => text.slice(text.lastIndexOf('.') + 1)) };
}

/** `extra: ['position']`, `extra: { place: 'position' }` */
export function extrasOf(value: Value | undefined): ReadonlyMap<string, string> {
  if (value?.kind === 'object') {
    return new Map(entryNames(value).map((name) => [name, stringOf(entry(value, name)) ?? name]));
  }
  return new Map((texts(value) ?? []).map((name) => [name, name]));
}

/** `${__dirname}/post`, `path.join(__dirname, 'Post')`, `'Post'` */
export function pathText(value: Value): string | undefined {
  if (value.kind === 'template') return value.strings.at(-1);
  if (value.kind === 'chain') return stringOf(value.links.findLast((link) => link.arguments)?.arguments?.at(-1));
  return stringOf(value);
}
