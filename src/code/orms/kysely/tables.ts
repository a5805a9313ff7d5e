import type { FileFacts, TypeFacts } from '../../facts/facts';
import type { Model, ModelColumn } from '../../models/model';
import type { Origin, Tracer } from '../../resolve/origin';
import { type CamelCase, snakeCase } from './print';

/** One member of a table's interface: `id: Generated<number>`. */
export interface DeclaredColumn {
  readonly name: string;
  readonly type: string | undefined;
  readonly isGenerated: boolean;
  readonly isNullable: boolean;
}

interface Declared {
  readonly type: TypeFacts;
  readonly file: FileFacts;
}

/** The tables of `Kysely<Database>`, as the interface Database declares them. */
export class DeclaredTables {
  readonly #tracer: Tracer;
  readonly #tables: readonly { readonly name: string; readonly type: string; readonly file: FileFacts }[];
  readonly #columns = new Map<string, readonly DeclaredColumn[]>();

  constructor(tracer: Tracer, database: Origin) {
    this.#tracer = tracer;
    const declared = typeIn(database);
    this.name = declared?.type.name;
    this.#tables = declared === undefined ? [] : membersOf(declared, tracer);
  }

  /** Of the interface. */
  readonly name: string | undefined;

  /** Empty for a table that nothing declares. */
  columns(table: string): readonly DeclaredColumn[] {
    const known = this.#columns.get(table);
    if (known !== undefined) return known;
    const declared = this.#declared(table);
    const columns = declared === undefined ? [] : membersOf(declared, this.#tracer).map(columnOf);
    this.#columns.set(table, columns);
    return columns;
  }

  models(camelCase: CamelCase | undefined): Model[] {
    const written = (name: string) => (camelCase === undefined ? name : snakeCase(name, camelCase));
    return this.#tables.flatMap(({ name, file }): Model[] => {
      const columns = this.columns(name);
      if (columns.length === 0) return [];
      const [schema, table] = name.includes('.') ? name.split('.') : [undefined, name];
      return [
        {
          library: 'kysely',
          name,
          ...(schema === undefined ? {} : { schema: written(schema) }),
          table: written(table ?? name),
          columns: columns.map((column): ModelColumn => modelColumn(column, written(column.name))),
          associations: [],
          uri: this.#declared(name)?.file.uri ?? file.uri,
          range: { start: 0, end: 0 },
        },
      ];
    });
  }

  #declared(table: string): Declared | undefined {
    const member = this.#tables.find(({ name }) => name === table);
    return member && typeIn(this.#tracer.traceType(member.type, { file: member.file, function: 0 }));
  }
}

function modelColumn({ name, type, isGenerated }: DeclaredColumn, column: string): ModelColumn {
  return {
    property: name,
    column,
    ...(type === undefined ? {} : { type }),
    ...(name === 'id' ? { isPrimaryKey: true as const } : {}),
    ...(isGenerated ? { isGenerated: true as const } : {}),
  };
}

function typeIn(origin: Origin): Declared | undefined {
  const of = origin.kind === 'instance' ? origin.of : origin;
  return of.kind === 'type' ? { type: of.type, file: of.file } : undefined;
}

/** Own members behind inherited ones. */
function membersOf(
  { type, file }: Declared,
  tracer: Tracer,
  depth = 0,
): { readonly name: string; readonly type: string; readonly file: FileFacts }[] {
  const inherited = (type.extends ?? []).flatMap((base) => {
    const declared = depth > 5 ? undefined : typeIn(tracer.traceType(base, { file, function: 0 }));
    return declared === undefined ? [] : membersOf(declared, tracer, depth + 1);
  });
  const own = type.members.map((member) => ({
    name: member.name.replace(/^['"]|['"]$/g, ''),
    type: member.type ?? '',
    file,
  }));
  return [...inherited.filter(({ name }) => !own.some((each) => each.name === name)), ...own];
}

const postgresTypes: readonly (readonly [RegExp, string])[] = [
  [/^(?:Timestamp|Date)\b/, 'timestamptz'],
  [/^(?:string|\w*Enum)\b/, 'text'],
  [/^number\b/, 'integer'],
  [/^(?:Int8|bigint)\b/, 'bigint'],
  [/^Numeric\b/, 'numeric'],
  [/^boolean\b/, 'boolean'],
  [/^Json\b/, 'jsonb'],
];

function columnOf({ name, type }: { readonly name: string; readonly type: string }): DeclaredColumn {
  const plain = type.replace(/^(?:Generated(?:Always)?|ColumnType|JSONColumnType)<\s*/, '');
  return {
    name,
    type: postgresTypes.find(([pattern]) => pattern.test(plain))?.[1],
    isGenerated: /^Generated/.test(type) || /^ColumnType<[^,]*,[^,]*\bundefined\b/.test(type),
    isNullable: /\|\s*null\b/.test(type),
  };
}
