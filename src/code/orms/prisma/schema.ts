import type { TextRange } from '../../../nouns/text-range';
import type { FileFacts } from '../../facts/facts';
import { folderOf, joined, normalized } from '../../resolve/paths';
import {
  type Attribute,
  argumentOf,
  attributeOf,
  type EnumBlock,
  type ModelBlock,
  readSchemaFile,
  type SchemaFile,
  texts,
} from './schema-file';

/** The files of one schema: schema.prisma alone, or the folder of the file with the datasource. */
export interface Schema {
  readonly models: ReadonlyMap<string, DeclaredModel>;
  readonly enums: ReadonlyMap<string, SchemaEnum>;
  /** `relationJoins`, `nativeDistinct`, … */
  readonly previewFeatures: ReadonlySet<string>;
  /** Folders that clients are generated into. */
  readonly outputs: readonly string[];
}

export interface DeclaredModel {
  readonly block: ModelBlock;
  readonly uri: string;
}

export interface SchemaEnum {
  readonly schema: string;
  /** In the database. */
  readonly name: string;
  /** `ADMIN` → `admin` */
  readonly values: ReadonlyMap<string, string>;
}

export interface SchemaModel {
  readonly name: string;
  readonly schema: string;
  readonly table: string;
  readonly fields: ReadonlyMap<string, SchemaField>;
  /** Names of fields. */
  readonly primaryKey: readonly string[];
  /** With the name by which a unique `where` calls them: `authorId_slug`. Includes the primary key. */
  readonly uniques: readonly { readonly name: string; readonly fields: readonly string[] }[];
  readonly isView: boolean;
  readonly uri: string;
  readonly nameRange: TextRange;
}

export type SchemaField = ScalarField | RelationField;

export interface ScalarField {
  readonly kind: 'scalar';
  readonly name: string;
  readonly column: string;
  /** `Int`, or an enum's name. */
  readonly type: string;
  readonly enum?: SchemaEnum;
  /** `Uuid` of `@db.Uuid` */
  readonly native?: { readonly name: string; readonly arguments: readonly string[] };
  readonly isList: boolean;
  readonly isOptional: boolean;
  readonly isUpdatedAt: boolean;
  /** Who gives the value when the program does not, and which: `now`, `uuid`; a literal has the text. */
  readonly default?: { readonly by: 'database' | 'client'; readonly text: string };
  readonly range: TextRange;
}

export interface RelationField {
  readonly kind: 'relation';
  readonly name: string;
  readonly target: string;
  readonly isList: boolean;
  readonly isOptional: boolean;
  /** `@relation("Author")` */
  readonly relation: string;
  /** Names of this model's fields and, in pairs, of the target's; empty on the side that does not hold the key. */
  readonly fields: readonly string[];
  readonly references: readonly string[];
  readonly range: TextRange;
}

/** The schemas of all files. Those for other databases than PostgreSQL are left out. */
export function readSchemas(files: Iterable<FileFacts>): Schema[] {
  const read = [...files]
    .filter((file) => file.languageId === 'prisma' && file.text !== undefined)
    .map((file) => ({ uri: file.uri, file: readSchemaFile(file.text ?? '') }))
    .sort((a, b) => (a.uri < b.uri ? -1 : 1));
  const roots = read.filter(({ file }) => file.datasource !== undefined);
  const groups = new Map<string, { uri: string; file: SchemaFile }[]>();
  for (const each of read) {
    // A file without a datasource belongs to the nearest folder above that has one.
    const root = each.file.datasource
      ? each
      : roots
          .filter(({ uri }) => each.uri.startsWith(folder(uri)))
          .sort((a, b) => folder(b.uri).length - folder(a.uri).length)[0];
    const key = root?.uri ?? folder(each.uri);
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups.values()].filter(isPostgres).map(schemaOf);
}

function folder(uri: string): string {
  return uri.slice(0, uri.lastIndexOf('/') + 1);
}

function isPostgres(group: readonly { readonly file: SchemaFile }[]): boolean {
  return group.every(({ file }) => !file.datasource || /^postgres(?:ql)?$/.test(file.datasource.provider?.[0] ?? ''));
}

function schemaOf(group: readonly { readonly uri: string; readonly file: SchemaFile }[]): Schema {
  const models = new Map<string, DeclaredModel>();
  const enums = new Map<string, SchemaEnum>();
  const previewFeatures = new Set<string>();
  const outputs: string[] = [];
  for (const { uri, file } of group) {
    for (const block of file.models) if (block.kind !== 'type') models.set(block.name, { block, uri });
    for (const block of file.enums) enums.set(block.name, enumOf(block));
    for (const { previewFeatures: features = [], output: [output] = [] } of file.generators) {
      for (const each of features) previewFeatures.add(each);
      if (output !== undefined) outputs.push(joined(folderOf(normalized(uri)), output));
    }
  }
  return { models, enums, previewFeatures, outputs };
}

function enumOf(block: EnumBlock): SchemaEnum {
  return {
    schema: mapped(block, 'schema') ?? 'public',
    name: mapped(block, 'map') ?? block.name,
    values: new Map(block.values.map((value) => [value.name, mapped(value, 'map') ?? value.name])),
  };
}

export function modelOf({ block, uri }: DeclaredModel, schema: Schema): SchemaModel {
  const fields = new Map<string, SchemaField>();
  for (const line of block.fields) {
    if (line.type === '' || fields.has(line.name) || attributeOf(line, 'ignore')) continue;
    const { name, type, isList, isOptional, range } = line;
    if (schema.models.has(type)) {
      const attribute = attributeOf(line, 'relation');
      fields.set(name, {
        kind: 'relation',
        name,
        target: type,
        isList,
        isOptional,
        relation: texts(argumentOf(attribute, '', 'name'))[0] ?? '',
        fields: texts(argumentOf(attribute, 'fields')),
        references: texts(argumentOf(attribute, 'references')),
        range,
      });
      continue;
    }
    // A field of a type that nothing declares is one that Prisma refuses.
    const isKnown = scalars.has(type) || schema.enums.has(type);
    if (!isKnown) continue;
    const native = line.attributes.find((each) => each.name.startsWith('db.'));
    const ofEnum = schema.enums.get(type);
    const given = defaultOf(attributeOf(line, 'default'), ofEnum);
    fields.set(name, {
      kind: 'scalar',
      name,
      column: mapped(line, 'map') ?? name,
      type,
      isList,
      isOptional,
      isUpdatedAt: attributeOf(line, 'updatedAt') !== undefined,
      range,
      ...(ofEnum && { enum: ofEnum }),
      ...(given && { default: given }),
      ...(native && {
        native: { name: native.name.slice(3), arguments: native.arguments.flatMap(({ value }) => texts(value)) },
      }),
    });
  }
  return {
    name: block.name,
    schema: mapped(block, 'schema') ?? 'public',
    table: mapped(block, 'map') ?? block.name,
    fields,
    ...keysOf(block),
    isView: block.kind === 'view',
    uri,
    nameRange: block.nameRange,
  };
}

const scalars = new Set(['Int', 'BigInt', 'Float', 'Decimal', 'String', 'Boolean', 'DateTime', 'Json', 'Bytes']);

function keysOf(block: ModelBlock): Pick<SchemaModel, 'primaryKey' | 'uniques'> {
  const uniques: { name: string; fields: readonly string[] }[] = [];
  const single = block.fields.find((line) => attributeOf(line, 'id'))?.name;
  let primaryKey = single === undefined ? [] : [single];
  for (const attribute of block.attributes) {
    if (attribute.name !== 'id' && attribute.name !== 'unique') continue;
    const names = texts(argumentOf(attribute, '', 'fields'));
    if (attribute.name === 'id') primaryKey = names;
    uniques.push({ name: texts(argumentOf(attribute, 'name'))[0] ?? names.join('_'), fields: names });
  }
  for (const line of block.fields) {
    if (attributeOf(line, 'id') ?? attributeOf(line, 'unique')) uniques.push({ name: line.name, fields: [line.name] });
  }
  // Without a primary key Prisma tells rows apart by the first unique key.
  return { primaryKey: primaryKey.length > 0 ? primaryKey : (uniques[0]?.fields ?? []), uniques };
}

/** `@@map("posts")` → posts */
function mapped(of: { readonly attributes: readonly Attribute[] }, name: string): string | undefined {
  return texts(argumentOf(attributeOf(of, name), '', 'name', 'map'))[0];
}

function defaultOf(attribute: Attribute | undefined, ofEnum: SchemaEnum | undefined): ScalarField['default'] {
  const value = argumentOf(attribute, '', 'value');
  if (value === undefined) return undefined;
  if (value.kind === 'call') {
    const isOfDatabase = /^(?:autoincrement|dbgenerated|sequence)$/.test(value.name);
    return { by: isOfDatabase ? 'database' : 'client', text: `${value.name}()` };
  }
  const text = texts(value).join(', ');
  return { by: 'client', text: ofEnum?.values.get(text) ?? text };
}
