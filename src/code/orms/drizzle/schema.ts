import type { TextRange } from '../../../nouns/text-range';
import {
  type CallPlace,
  entryOf,
  LibraryFunction,
  LibraryThing,
  nowhere,
  type RecordThing,
  type Thing,
  textOf,
} from '../interpreter/things';
import { type ColumnFacts, Table } from './chunks';
import { QueryBuilder } from './query-builder';
import { Select } from './select';

/** `serial('id').primaryKey()`: a column before it is in a table. */
export class ColumnBuilder extends LibraryThing {
  name: string | undefined;
  readonly type: string;
  readonly range: TextRange;
  isPrimaryKey = false;
  isNotNull: boolean;
  isGenerated = false;
  hasDefault: boolean;
  defaultValue: Thing | undefined;
  updateValue: Thing | undefined;

  constructor(type: string, name: string | undefined, range: TextRange) {
    super();
    this.type = postgresTypes[type] ?? type;
    this.name = name;
    this.range = range;
    this.hasDefault = /serial$/i.test(type);
    this.isNotNull = this.hasDefault;
  }

  override get(name: string): Thing | undefined {
    return new LibraryFunction((given, place) => {
      this.#modify(name, given, place);
      return this;
    });
  }

  #modify(name: string, given: readonly Thing[], place: CallPlace): void {
    switch (name) {
      case 'primaryKey':
        this.isPrimaryKey = true;
        this.isNotNull = true;
        break;
      case 'notNull':
        this.isNotNull = true;
        break;
      case 'default':
      case 'defaultNow':
      case 'defaultRandom':
      case 'generatedByDefaultAsIdentity':
      case 'generatedAlwaysAsIdentity':
        this.hasDefault = true;
        break;
      case 'generatedAlwaysAs':
        this.isGenerated = true;
        break;
      case '$default':
      case '$defaultFn':
        this.defaultValue = madeBy(given, place);
        break;
      case '$onUpdate':
      case '$onUpdateFn':
        this.updateValue = madeBy(given, place);
        break;
    }
  }
}

/** What the function gives: SQL stays, everything else is a value. */
function madeBy([make]: readonly Thing[], place: CallPlace): Thing {
  const made = make?.kind === 'function' ? make.call([]) : undefined;
  if (made !== undefined && made.kind !== 'constant') return made;
  return made ?? { kind: 'unknown', source: place.source, range: place.range };
}

const postgresTypes: Readonly<Record<string, string>> = {
  serial: 'integer',
  bigserial: 'bigint',
  smallserial: 'smallint',
  doublePrecision: 'double precision',
};

const columnTypes =
  /^(?:serial|bigserial|smallserial|integer|bigint|smallint|text|varchar|char|boolean|timestamp|date|time|interval|json|jsonb|uuid|numeric|decimal|real|doublePrecision|inet|cidr|macaddr8?|point|line|geometry|vector|halfvec|sparsevec|bit|bytea)$/;

/** `pgTable`, `pgSchema`, column types, … of drizzle-orm/pg-core. */
export function schemaFunction(name: string): Thing | undefined {
  if (columnTypes.test(name)) return columnFunction(name);
  switch (name) {
    case 'pgTable':
      return tableFunction(undefined, undefined);
    case 'pgTableCreator':
      return new LibraryFunction(([rename]) => tableFunction(undefined, rename));
    case 'pgSchema':
      return new LibraryFunction(([schema]) => new Schema(textOf(schema)));
    case 'pgEnum':
      return new LibraryFunction(([name], { range }) => new EnumType(textOf(name) ?? 'text', range));
    case 'pgView':
    case 'pgMaterializedView':
      return viewFunction(undefined);
    case 'customType':
      return new LibraryFunction(() => columnFunction('unknown'));
    default:
      return undefined;
  }
}

function columnFunction(type: string): Thing {
  return new LibraryFunction(([name], { range }) => new ColumnBuilder(type, textOf(name), range));
}

class EnumType extends LibraryThing {
  readonly #name: string;
  readonly #range: TextRange;

  constructor(name: string, range: TextRange) {
    super();
    this.#name = name;
    this.#range = range;
  }

  override call([name]: readonly Thing[], place: CallPlace): Thing {
    return new ColumnBuilder(this.#name, textOf(name), place.range ?? this.#range);
  }
}

/** `pgSchema('billing')` */
class Schema extends LibraryThing {
  readonly #name: string | undefined;

  constructor(name: string | undefined) {
    super();
    this.#name = name;
  }

  override get(name: string): Thing | undefined {
    if (name === 'table') return tableFunction(this.#name, undefined);
    if (name === 'view' || name === 'materializedView') return viewFunction(this.#name);
    return name === 'enum' ? schemaFunction('pgEnum') : undefined;
  }
}

/** `pgTable('posts', { … })`; the columns may come from a callback that is handed the types. */
function tableFunction(schema: string | undefined, rename: Thing | undefined): Thing {
  return new LibraryFunction(([given, columns], { range }) => {
    const name = textOf(rename?.kind === 'function' && given !== undefined ? rename.call([given]) : given);
    const record = columns?.kind === 'function' ? columns.call([new ColumnTypes()]) : columns;
    if (name === undefined || record?.kind !== 'record') return undefined;
    return new Table(name, schema, columnsOf(record), range);
  });
}

class ColumnTypes extends LibraryThing {
  override get(name: string): Thing | undefined {
    return schemaFunction(name);
  }
}

function columnsOf(record: RecordThing): Map<string, ColumnFacts> {
  const columns = new Map<string, ColumnFacts>();
  for (const [property, builder] of record.entries) {
    if (!(builder instanceof ColumnBuilder)) continue;
    const { name, type, isPrimaryKey, isNotNull, isGenerated, hasDefault, defaultValue, updateValue } = builder;
    columns.set(property, {
      property,
      name,
      type,
      isPrimaryKey,
      isNotNull,
      isGenerated,
      hasDefault,
      range: record.ranges.get(property) ?? builder.range,
      ...(defaultValue === undefined ? {} : { defaultValue }),
      ...(updateValue === undefined ? {} : { updateValue }),
    });
  }
  return columns;
}

/** `pgView('names', { … }).existing()`, `pgView('names').as((qb) => qb.select()…)` */
function viewFunction(schema: string | undefined): Thing {
  return new LibraryFunction(([given, columns], { range }) => {
    const name = textOf(given);
    if (name === undefined) return undefined;
    return new View(new Table(name, schema, columns?.kind === 'record' ? columnsOf(columns) : new Map(), range));
  });
}

class View extends LibraryThing {
  readonly #table: Table;

  constructor(table: Table) {
    super();
    this.#table = table;
  }

  override get(name: string): Thing | undefined {
    if (name === 'existing') return new LibraryFunction(() => this.#table);
    if (name === 'with' || name === 'using' || name === 'tablespace' || name === 'withNoData') {
      return new LibraryFunction(() => this);
    }
    if (name !== 'as') return undefined;
    return new LibraryFunction(([query]) => {
      const made = query?.kind === 'function' ? query.call([new QueryBuilder(new Set())]) : query;
      if (!(made instanceof Select)) return this.#table;
      const { name: view, schema, range } = this.#table;
      return new Table(view, schema, selectedColumns(made.fields), range);
    });
  }
}

/** Columns of the select that a view is made of; the others are not known. */
function selectedColumns(fields: RecordThing): Map<string, ColumnFacts> {
  const columns = new Map<string, ColumnFacts>();
  for (const [property, field] of fields.entries) {
    if ('facts' in field) columns.set(property, { ...(field.facts as ColumnFacts), property });
    else if ('alias' in field && typeof field.alias === 'string') {
      columns.set(property, plainColumn(property, field.alias));
    }
  }
  return columns;
}

function plainColumn(property: string, name: string): ColumnFacts {
  return {
    property,
    name,
    type: 'unknown',
    isPrimaryKey: false,
    isNotNull: false,
    isGenerated: false,
    hasDefault: false,
    range: nowhere,
  };
}

/** `relations(posts, ({ one, many }) => ({ … }))` */
export class Relations extends LibraryThing {
  readonly table: Table;
  readonly relations: ReadonlyMap<string, Relation>;
  readonly range: TextRange;

  constructor(table: Table, relations: ReadonlyMap<string, Relation>, range: TextRange) {
    super();
    this.table = table;
    this.relations = relations;
    this.range = range;
  }
}

export class Relation extends LibraryThing {
  readonly isMany: boolean;
  readonly table: Table;
  readonly fields: readonly string[];
  readonly references: readonly string[];
  readonly relationName: string | undefined;
  readonly range: TextRange;

  constructor(isMany: boolean, table: Table, config: Thing | undefined, range: TextRange) {
    super();
    this.isMany = isMany;
    this.table = table;
    this.fields = properties(entryOf(config, 'fields'));
    this.references = properties(entryOf(config, 'references'));
    this.relationName = textOf(entryOf(config, 'relationName'));
    this.range = range;
  }
}

function properties(columns: Thing | undefined): string[] {
  if (columns?.kind !== 'list') return [];
  return columns.items.flatMap((column) => ('facts' in column ? [(column.facts as ColumnFacts).property] : []));
}

export function relationsFunction(): Thing {
  return new LibraryFunction(([table, make], { range }) => {
    if (!(table instanceof Table) || make?.kind !== 'function') return undefined;
    const record = make.call([new RelationHelpers()]);
    if (record.kind !== 'record') return undefined;
    const relations = new Map<string, Relation>();
    for (const [name, relation] of record.entries) {
      if (relation instanceof Relation) relations.set(name, relation);
    }
    return new Relations(table, relations, range);
  });
}

class RelationHelpers extends LibraryThing {
  override get(name: string): Thing | undefined {
    if (name !== 'one' && name !== 'many') return undefined;
    return new LibraryFunction(([table, config], { range }) =>
      table instanceof Table ? new Relation(name === 'many', table, config, range) : undefined,
    );
  }
}
