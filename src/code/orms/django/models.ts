import type { ClassFacts, FieldFacts, FileFacts } from '../../facts/facts';
import { entry, isTrue, stringOf } from '../../facts/value-access';
import type { Value } from '../../facts/values';
import type { Model, ModelColumn } from '../../models/model';
import type { Tracer } from '../../resolve/origin';
import { normalized } from '../../resolve/paths';
import { ancestors } from '../support/class-ancestors';
import { columnType } from './columns';
import type { DjangoDetails } from './details';
import type { Draft, Relation } from './draft';
import { hooksOf, type Signal, signalsIn } from './hooks';
import { managerClasses } from './managers';
import { isUserClass, link } from './relations';
import { userColumns, userDraft } from './user-model';

export const packages = /^django(?:\.|$)/;

/** Every model of the program, abstract bases written out, relations linked from both sides. */
export function djangoModels(tracer: Tracer): Model[] {
  const drafts: Draft[] = [];
  const files = [...tracer.files.values()].filter(({ languageId }) => languageId === 'python');
  const signals = files.flatMap((file) => signalsIn(file));
  for (const file of files) {
    for (const found of file.classes) {
      const draft = found.within === 0 && found.extends ? draftOf(found, file, signals, tracer) : undefined;
      if (draft) drafts.push(draft);
    }
  }
  const user = drafts.some(({ relations }) => relations.length > 0) ? userDraft(drafts) : undefined;
  const all = user ? [...drafts, user] : drafts;
  for (const draft of drafts) for (const relation of draft.relations) link(draft, relation, all, tracer);
  return all.map(modelOf);
}

function modelOf(draft: Draft): Model {
  const {
    class: of,
    file,
    table,
    columns,
    associations,
    queryNames,
    ordering,
    nullable,
    managers,
    setOnSave,
    app,
    parent,
  } = draft;
  const inherited = {
    ...(parent === undefined ? {} : { parent }),
    ...(isUserClass(of) ? { isUser: true as const } : {}),
  };
  const details: DjangoDetails = { queryNames, ordering, nullable, managers, setOnSave, app, ...inherited };
  const common = { library: 'django', name: of.name, table, columns, associations, uri: file.uri, range: of.nameRange };
  return { ...common, ...(draft.hooks.length > 0 ? { hooks: draft.hooks } : {}), details: { ...details } };
}

/** Whether it is a model; an abstract one is no table. */
export function isModelClass(of: ClassFacts, file: FileFacts, tracer: Tracer): boolean {
  return baseNames(of, file, tracer).some((name) => /^(?:Model|AbstractUser|AbstractBaseUser)$/.test(name));
}

function baseNames(of: ClassFacts, file: FileFacts, tracer: Tracer): string[] {
  const chain = [{ class: of, file }, ...ancestors(of, file, tracer)];
  return chain.flatMap((one) => {
    const base = one.class.extends;
    const origin = base && tracer.trace(base, { file: one.file, function: one.class.within });
    if (origin?.kind === 'package' && packages.test(origin.package)) return [origin.path.at(-1) ?? ''];
    // `django_extensions.TimeStampedModel`: a base of another package has columns that are not known.
    return origin?.kind === 'package' && /Model$/.test(origin.path.at(-1) ?? '') ? ['Model', 'unknown'] : [];
  });
}

function draftOf(of: ClassFacts, file: FileFacts, signals: readonly Signal[], tracer: Tracer): Draft | undefined {
  const bases = baseNames(of, file, tracer);
  if (!bases.some((name) => /^(?:Model|AbstractUser|AbstractBaseUser)$/.test(name)) || bases.includes('unknown'))
    return;
  const meta = metaOf(of, file);
  if (isTrue(meta('abstract')) || isTrue(meta('proxy'))) return undefined;
  const above = ancestors(of, file, tracer);
  const parent = above.find((one) => !isTrue(metaOf(one.class, one.file)('abstract')));
  const app = stringOf(meta('app_label')) ?? appOf(file.uri);
  const table = stringOf(meta('db_table')) ?? `${app}_${of.name.toLowerCase()}`;
  const columns: ModelColumn[] = bases.includes('AbstractUser') ? userColumns.slice(1) : [];
  const nullable: string[] = [];
  const managers: string[] = [];
  const setOnSave: string[] = [];
  const relations: Relation[] = [];
  const seen = new Set<string>();
  for (const one of [...above.toReversed(), { class: of, file }]) {
    const fields = one.class.fields.filter(({ isStatic, name }) => isStatic && !seen.has(name));
    for (const field of fields) {
      seen.add(field.name);
      readField(field, one.file, tracer, { columns, relations, nullable, managers, setOnSave });
    }
  }
  const fields = [{ class: of, file }, ...above].flatMap((one) =>
    one.class.fields.map((field) => ({ ...field, file: one.file })),
  );
  // A manager may make its rows in a way of its own.
  const kept = fields
    .filter(({ name, isStatic }) => isStatic && managers.includes(name))
    .flatMap((field) => managerClasses(field.value, { file: field.file, function: 0 }, tracer).classes)
    .map((one) => one.class);
  const own = columns.find(({ isPrimaryKey }) => isPrimaryKey);
  if (!own) columns.unshift({ property: 'id', column: 'id', isPrimaryKey: true, isGenerated: true, type: 'bigint' });
  const inherited = [of, ...above.map((one) => one.class)].map((one) => metaOf(one, file)('ordering'));
  const ordering = texts(meta('ordering') ?? inherited.find((one) => one !== undefined));
  const primaryKey = own?.column ?? 'id';
  return {
    class: of,
    file,
    app,
    table,
    columns,
    associations: [],
    queryNames: {},
    ordering,
    nullable,
    managers,
    setOnSave,
    hooks: hooksOf([of, ...above.map((one) => one.class), ...kept], signals),
    primaryKey,
    relations,
    ...(parent ? { parent: parent.class.name } : {}),
  };
}

function metaOf(of: ClassFacts, file: FileFacts): (name: string) => Value | undefined {
  const meta = file.classes.find(({ name }) => name === `${of.name}.Meta`);
  return (name) => meta?.fields.find((field) => field.name === name)?.value;
}

/** `blog/models.py`, `blog/models/post.py` → blog */
function appOf(uri: string): string {
  const parts = normalized(uri).split('/').slice(0, -1);
  const models = parts.lastIndexOf('models');
  return (models > 0 ? parts[models - 1] : parts.at(-1)) ?? '';
}

function texts(value: Value | undefined): string[] {
  return value?.kind === 'array' ? value.elements.flatMap((one) => stringOf(one.value) ?? []) : [];
}

const noColumn = /^(?:GenericForeignKey|GenericRelation|ManyToManyField|TaggableManager)$/;

interface ReadFields {
  readonly columns: ModelColumn[];
  readonly relations: Relation[];
  readonly nullable: string[];
  readonly managers: string[];
  readonly setOnSave: string[];
}

function readField(
  field: FieldFacts,
  file: FileFacts,
  tracer: Tracer,
  { columns, relations, nullable, managers, setOnSave }: ReadFields,
): void {
  const { value, name } = field;
  const call = value?.kind === 'chain' ? value.links.at(-1) : undefined;
  if (value?.kind !== 'chain' || !call?.arguments) return;
  const kind = call.name === '' ? String(value.root) : call.name;
  const options = call.arguments.findLast((one) => one.kind === 'object');
  const isRelation = /^(?:ForeignKey|OneToOneField|ManyToManyField|ParentalKey|ParentalManyToManyField)$/.test(kind);
  if (!isRelation && !/Field$/.test(kind)) {
    managers.push(name);
    return;
  }
  // `forms.CharField()`, a field of another library.
  const origin = tracer.traceLinks(value, value.links.length, { file, function: 0 });
  const callee = origin.kind === 'call' ? origin.callee : undefined;
  if (callee?.kind === 'package' && /forms|serializers|marshmallow|wtforms/.test(callee.package)) return;
  const isKey = isTrue(entry(options, 'primary_key'));
  const column = stringOf(entry(options, 'db_column')) ?? (isRelation ? `${name}_id` : name);
  if (isRelation) {
    const [first] = call.arguments;
    const to = entry(options, 'to') ?? (first === options ? undefined : first);
    relations.push({ field, kind, options, to, column, file });
  }
  if (noColumn.test(kind) || /ManyToMany/.test(kind)) return;
  const property = isRelation ? `${name}_id` : name;
  const type = columnType(kind, options);
  if (isTrue(entry(options, 'null'))) nullable.push(property);
  if (/^(?:Date|DateTime|Time|File|Image)Field$/.test(kind)) setOnSave.push(property);
  columns.push({
    property,
    column,
    ...(type === undefined ? {} : { type }),
    ...(isKey ? { isPrimaryKey: true as const } : {}),
    ...(/AutoField$/.test(kind) ? { isGenerated: true as const } : {}),
    ...(entry(options, 'default') ? { default: entry(options, 'default') } : {}),
    range: field.range,
  });
}
