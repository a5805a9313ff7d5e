import type { ClassFacts, FieldFacts, FileFacts } from '../../facts/facts';
import { entry, isFalse, isTrue, stringOf } from '../../facts/value-access';
import type { ChainValue, Link, Value } from '../../facts/values';
import type { Association, Model, ModelColumn } from '../../models/model';
import type { Tracer } from '../../resolve/origin';
import { ancestors } from '../support/class-ancestors';

export const packages = /^(?:sqlalchemy|flask_sqlalchemy)(?:\.|$)/;

interface ForeignKey {
  readonly column: string;
  readonly table: string;
  readonly referenced: string;
}

interface Table {
  readonly name: string;
  readonly keys: readonly ForeignKey[];
}

interface Draft extends Table {
  readonly model: Model & { readonly columns: ModelColumn[]; readonly associations: Association[] };
  readonly relations: readonly { readonly field: FieldFacts; readonly link: Link }[];
}

/** Every declarative class with a table, relationships linked. */
export function sqlalchemyModels(tracer: Tracer): Model[] {
  const drafts: Draft[] = [];
  const tables = new Map<string, Table>();
  for (const file of tracer.files.values()) {
    if (file.languageId !== 'python') continue;
    for (const { pattern, value } of file.functions[0]?.bindings ?? []) {
      const table = value?.kind === 'chain' ? tableOf(value) : undefined;
      if (table) for (const name of [pattern.name, table.name]) tables.set(name, table);
    }
    for (const found of file.classes) {
      const draft = draftOf(found, file, tracer);
      if (draft) drafts.push(draft);
    }
  }
  for (const draft of drafts) for (const { field, link } of draft.relations) relate(draft, field, link, drafts, tables);
  return drafts.map(({ model }) => model);
}

/** `mapped_column(…)`, `db.Column(…)`, `relationship(…)` */
function callOf(value: Value | undefined): (Link & { readonly called: string }) | undefined {
  const link = value?.kind === 'chain' ? value.links.at(-1) : undefined;
  if (value?.kind !== 'chain' || !link?.arguments || value.links.length > 2) return undefined;
  return { ...link, called: link.name === '' ? String(value.root) : link.name };
}

/** `post_tags = Table('post_tags', metadata, Column('post_id', ForeignKey('posts.id')))` */
function tableOf(value: ChainValue): Table | undefined {
  const call = callOf(value);
  const name = call?.called === 'Table' ? stringOf(call.arguments?.[0]) : undefined;
  if (!call || name === undefined) return undefined;
  const keys = (call.arguments ?? []).flatMap((argument) => {
    const column = callOf(argument);
    const own = column?.called === 'Column' ? stringOf(column.arguments?.[0]) : undefined;
    return column && own !== undefined ? foreignKeys(own, column.arguments ?? []) : [];
  });
  return { name, keys };
}

function foreignKeys(column: string, values: readonly Value[]): ForeignKey[] {
  return values.flatMap((value) => {
    const call = callOf(value);
    const path = call?.called === 'ForeignKey' ? stringOf(call.arguments?.[0]) : undefined;
    const [, table, referenced] = /^(?:.*\.)?([^.]+)\.([^.]+)$/.exec(path ?? '') ?? [];
    return table !== undefined && referenced !== undefined ? [{ column, table, referenced }] : [];
  });
}

function draftOf(of: ClassFacts, file: FileFacts, tracer: Tracer): Draft | undefined {
  if (!of.extends || of.within !== 0) return undefined;
  const value = (name: string) => of.fields.find((one) => one.name === name)?.value;
  const table = stringOf(value('__tablename__'));
  const isFlask = of.extends.links.at(-1)?.name === 'Model' && of.extends.root === 'db';
  if (isTrue(value('__abstract__')) || (table === undefined && !isFlask)) return undefined;
  const name = table ?? of.name.replace(/(?<=[a-z\d])(?=[A-Z])/g, '_').toLowerCase();
  const columns: ModelColumn[] = [];
  const keys: ForeignKey[] = [];
  const relations: { field: FieldFacts; link: Link }[] = [];
  const bases = ancestors(of, file, tracer).map((one) => one.class);
  for (const field of [of, ...bases].flatMap(({ fields }) => fields)) {
    if (!field.isStatic || columns.some(({ property }) => property === field.name)) continue;
    const call = callOf(field.value);
    const isColumn = call
      ? /^(?:mapped_column|Column)$/.test(call.called)
      : /^Mapped</.test(field.type ?? '') && !field.value;
    if (call && /^(?:relationship|relation)$/.test(call.called)) relations.push({ field, link: call });
    if (!isColumn) continue;
    const values = call?.arguments ?? [];
    const column = stringOf(values[0]) ?? field.name;
    const isKey = isTrue(entry(values.at(-1), 'primary_key'));
    columns.push({ property: field.name, column, ...(isKey ? { isPrimaryKey: true } : {}), range: field.range });
    keys.push(...foreignKeys(column, values));
  }
  if (columns.length === 0) return undefined;
  const range = of.nameRange;
  const model = { library: 'sqlalchemy', name: of.name, table: name, columns, associations: [], uri: file.uri, range };
  return { name, keys, relations, model };
}

function relate(
  draft: Draft,
  field: FieldFacts,
  link: Link,
  all: readonly Draft[],
  tables: ReadonlyMap<string, Table>,
): void {
  const values = link.arguments ?? [];
  const options = values.at(-1);
  const [first] = values;
  const [, typed, list = ''] = /^(?:\w*Mapped|DynamicMapped)<["']?(\w+)["']?(\[\])?/.exec(field.type ?? '') ?? [];
  const named = stringOf(first) ?? (first?.kind === 'chain' && first.links.length === 0 ? String(first.root) : typed);
  const target = all.find(({ model }) => model.name === named?.split('.').at(-1));
  const lazy = stringOf(entry(options, 'lazy')) ?? 'select';
  if (!target || /dynamic|raise|write_only|noload/.test(lazy)) return;
  const loading = /^(?:select|True)$/.test(lazy) ? { isLazy: true as const } : { isEager: true as const };
  const common = {
    target: target.model.name,
    targetUri: target.model.uri,
    range: field.range,
    ...loading,
    details: { lazy },
  };
  const add = (to: Draft, association: Association) => to.model.associations.push(association);
  const back = backref(entry(options, 'backref'));
  const there = { ...common, target: draft.model.name, targetUri: draft.model.uri };
  const secondary = entry(options, 'secondary');
  if (secondary) {
    const key =
      stringOf(secondary) ??
      (secondary.kind === 'chain' ? (secondary.links.at(-1)?.name ?? String(secondary.root)) : '');
    const table = tables.get(key);
    const own = table?.keys.find((one) => one.table === draft.name);
    const other = table?.keys.find((one) => one.table === target.name && one !== own);
    if (!table || !own || !other) return;
    const through = (one: ForeignKey) => ({
      table: table.name,
      otherKey: [one.column],
      otherReferenced: [one.referenced],
    });
    const keys = (one: ForeignKey) => ({ foreignKey: [one.column], referenced: [one.referenced] });
    add(draft, { ...common, ...keys(own), name: field.name, kind: 'belongsToMany', through: through(other) });
    if (back) add(target, { ...there, ...keys(other), name: back, kind: 'belongsToMany', through: through(own) });
    return;
  }
  const asked = entry(options, 'foreign_keys');
  const text = stringOf(asked) ?? (asked?.kind === 'chain' ? String(asked.links.at(-1)?.name ?? asked.root) : '');
  const column = text.replace(/^.*\.|[[\]]/g, '');
  const fits = (one: ForeignKey) => column === '' || one.column === column;
  const own = draft.keys.filter((one) => one.table === target.name && fits(one));
  const theirs = target.keys.filter((one) => one.table === draft.name && fits(one));
  const isList = list !== '' || (typed === undefined && !isFalse(entry(options, 'uselist')));
  const isOwn = own.length === 1 && !(target === draft && list !== '');
  const [key] = isOwn ? own : theirs;
  if (!key || (!isOwn && theirs.length !== 1)) return;
  const keys = { foreignKey: [key.column], referenced: [key.referenced] };
  add(draft, { ...common, ...keys, name: field.name, kind: isOwn ? 'belongsTo' : isList ? 'hasMany' : 'hasOne' });
  if (back) add(target, { ...there, ...keys, name: back, kind: isOwn ? 'hasMany' : 'belongsTo' });
}

function backref(value: Value | undefined): string | undefined {
  return stringOf(value) ?? stringOf(callOf(value)?.arguments?.[0]);
}
