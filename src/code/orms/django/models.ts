import type { ClassFacts, FieldFacts, FileFacts } from '../../facts/facts';
import { entry, isTrue, stringOf } from '../../facts/value-access';
import type { Value } from '../../facts/values';
import type { Association, Model, ModelColumn } from '../../models/model';
import type { Origin, Tracer } from '../../resolve/origin';
import { normalized } from '../../resolve/paths';
import { ancestors } from '../support/class-ancestors';

export const packages = /^django(?:\.|$)/;

/** What a model says beside tables and columns. */
export interface DjangoDetails {
  /** The names that lookups use: `comments` → `comment` where only `related_query_name` or no name is given. */
  readonly queryNames: Readonly<Record<string, string>>;
  /** `Meta.ordering` as written: ['-created_at']. */
  readonly ordering: readonly string[];
  readonly app: string;
  /** Fields whose values need the library to be written: no statement is made of them. */
  readonly parent?: string;
}

interface Draft {
  readonly class: ClassFacts;
  readonly file: FileFacts;
  readonly app: string;
  readonly table: string;
  readonly columns: ModelColumn[];
  readonly associations: Association[];
  readonly queryNames: Record<string, string>;
  readonly ordering: readonly string[];
  readonly primaryKey: string;
  readonly relations: Relation[];
  readonly parent?: string;
}

interface Relation {
  readonly field: FieldFacts;
  readonly kind: string;
  readonly options: Value | undefined;
  readonly to: Value | undefined;
  readonly column: string;
  readonly file: FileFacts;
}

/** Columns of Django's own user, which programs refer to as `auth.User` and `settings.AUTH_USER_MODEL`. */
const userColumns =
  'id password last_login is_superuser username first_name last_name email is_staff is_active date_joined'.split(' ');

/** Every model of the program, abstract bases written out, relations linked from both sides. */
export function djangoModels(tracer: Tracer): Model[] {
  const drafts: Draft[] = [];
  for (const file of tracer.files.values()) {
    if (file.languageId !== 'python') continue;
    for (const found of file.classes) {
      const draft = found.within === 0 && found.extends ? draftOf(found, file, tracer) : undefined;
      if (draft) drafts.push(draft);
    }
  }
  const user = drafts.some(({ relations }) => relations.length > 0) ? userDraft(drafts) : undefined;
  const all = user ? [...drafts, user] : drafts;
  for (const draft of drafts) for (const relation of draft.relations) link(draft, relation, all, tracer);
  return all.map(modelOf);
}

function modelOf(draft: Draft): Model {
  const { class: of, file, table, columns, associations, queryNames, ordering, app, parent } = draft;
  const details: DjangoDetails = { queryNames, ordering, app, ...(parent === undefined ? {} : { parent }) };
  const common = { library: 'django', name: of.name, table, columns, associations, uri: file.uri, range: of.nameRange };
  return { ...common, details: { ...details } };
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

function draftOf(of: ClassFacts, file: FileFacts, tracer: Tracer): Draft | undefined {
  const bases = baseNames(of, file, tracer);
  if (!bases.some((name) => /^(?:Model|AbstractUser|AbstractBaseUser)$/.test(name)) || bases.includes('unknown'))
    return;
  const meta = metaOf(of, file);
  if (isTrue(meta('abstract')) || isTrue(meta('proxy'))) return undefined;
  const above = ancestors(of, file, tracer);
  const parent = above.find((one) => !isTrue(metaOf(one.class, one.file)('abstract')));
  const app = stringOf(meta('app_label')) ?? appOf(file.uri);
  const table = stringOf(meta('db_table')) ?? `${app}_${of.name.toLowerCase()}`;
  const columns: ModelColumn[] = bases.some((name) => name === 'AbstractUser')
    ? userColumns.slice(1).map((name) => ({ property: name, column: name }))
    : [];
  const relations: Relation[] = [];
  const seen = new Set<string>();
  for (const one of [...above.toReversed(), { class: of, file }]) {
    const fields = one.class.fields.filter(({ isStatic, name }) => isStatic && !seen.has(name));
    for (const field of fields) {
      seen.add(field.name);
      readField(field, one.file, tracer, columns, relations);
    }
  }
  const own = columns.find(({ isPrimaryKey }) => isPrimaryKey);
  if (!own) columns.unshift({ property: 'id', column: 'id', isPrimaryKey: true, isGenerated: true });
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

function readField(
  field: FieldFacts,
  file: FileFacts,
  tracer: Tracer,
  columns: ModelColumn[],
  relations: Relation[],
): void {
  const { value, name } = field;
  const call = value?.kind === 'chain' ? value.links.at(-1) : undefined;
  if (value?.kind !== 'chain' || !call?.arguments) return;
  const kind = call.name === '' ? String(value.root) : call.name;
  const options = call.arguments.findLast((one) => one.kind === 'object');
  const isRelation = /^(?:ForeignKey|OneToOneField|ManyToManyField|ParentalKey|ParentalManyToManyField)$/.test(kind);
  if (!isRelation && !/Field$/.test(kind)) return;
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
  columns.push({
    property: isRelation ? `${name}_id` : name,
    column,
    ...(isKey ? { isPrimaryKey: true as const } : {}),
    ...(/AutoField$/.test(kind) ? { isGenerated: true as const } : {}),
    ...(entry(options, 'default') ? { default: entry(options, 'default') } : {}),
    range: field.range,
  });
}

function userDraft(drafts: readonly Draft[]): Draft | undefined {
  if (drafts.some((draft) => draft.class.name === 'User' && draft.app === 'auth')) return undefined;
  const range = { start: 0, end: 0 };
  const file: FileFacts = {
    uri: 'django/contrib/auth/models.py',
    languageId: 'python',
    imports: [],
    exports: [],
    classes: [],
    functions: [],
  };
  const name = { name: 'User', decorators: [], fields: [], methods: [], within: 0, nameRange: range, range };
  return {
    class: name,
    file,
    app: 'auth',
    table: 'auth_user',
    columns: userColumns.map((column) => ({
      property: column,
      column,
      ...(column === 'id' ? { isPrimaryKey: true as const, isGenerated: true as const } : {}),
    })),
    associations: [],
    queryNames: {},
    ordering: [],
    primaryKey: 'id',
    relations: [],
  };
}

function targetOf(to: Value | undefined, draft: Draft, all: readonly Draft[], file: FileFacts, tracer: Tracer) {
  const text = stringOf(to);
  if (text === 'self') return draft;
  if (text !== undefined) {
    const [app, name] = text.includes('.') ? text.split('.') : [draft.app, text];
    return (
      all.find((one) => one.class.name === name && one.app === app) ??
      (text === 'auth.User' ? authUser(all) : undefined)
    );
  }
  const origin: Origin | undefined = to && tracer.trace(to, { file, function: 0 });
  if (origin?.kind === 'class') return all.find((one) => one.class === origin.class);
  // `settings.AUTH_USER_MODEL`, `get_user_model()`, `from django.contrib.auth.models import User`
  const source = to?.kind === 'chain' ? [String(to.root), ...to.links.map(({ name }) => name)].join('.') : '';
  return /AUTH_USER_MODEL$|^get_user_model|^User$/.test(source) ? authUser(all) : undefined;
}

/** The program's own user, when it has one. */
function authUser(all: readonly Draft[]): Draft | undefined {
  const own = all.find(({ class: of }) =>
    /^Abstract(?:Base)?User$/.test(String(of.extends?.links.at(-1)?.name ?? of.extends?.root)),
  );
  return own ?? all.find((one) => one.app === 'auth' && one.class.name === 'User');
}

function link(draft: Draft, relation: Relation, all: readonly Draft[], tracer: Tracer): void {
  const { field, kind, options, column, file } = relation;
  const target = targetOf(relation.to, draft, all, file, tracer);
  if (!target) return;
  const given = stringOf(entry(options, 'related_name'))
    ?.replace('%(class)s', draft.class.name.toLowerCase())
    .replace('%(app_label)s', draft.app);
  const isHidden = given?.endsWith('+') === true;
  const lower = draft.class.name.toLowerCase();
  const isOne = kind === 'OneToOneField';
  const reverse = given ?? (isOne ? lower : `${lower}_set`);
  const common = { isLazy: true as const, range: field.range };
  const there = { target: draft.class.name, targetUri: draft.file.uri };
  const here = { target: target.class.name, targetUri: target.file.uri };
  if (!isHidden) {
    const queryName = stringOf(entry(options, 'related_query_name')) ?? given ?? lower;
    target.queryNames[queryName] = reverse;
  }
  if (/ManyToMany/.test(kind)) {
    const through = throughOf(draft, target, relation, all, tracer);
    if (!through) return;
    const { table, from, to } = through;
    const own = { foreignKey: [from], referenced: [draft.primaryKey] };
    const other = { otherKey: [to], otherReferenced: [target.primaryKey] };
    draft.associations.push({
      ...common,
      ...here,
      ...own,
      name: field.name,
      kind: 'belongsToMany',
      through: { table, ...other },
    });
    if (isHidden || target === draft) return;
    const back = { table, otherKey: [from], otherReferenced: [draft.primaryKey] };
    const back2 = { foreignKey: [to], referenced: [target.primaryKey] };
    target.associations.push({ ...common, ...there, ...back2, name: reverse, kind: 'belongsToMany', through: back });
    return;
  }
  const toField = stringOf(entry(options, 'to_field'));
  const referenced = [target.columns.find(({ property }) => property === toField)?.column ?? target.primaryKey];
  const isNullable = isTrue(entry(options, 'null')) ? { isNullable: true as const } : {};
  const keys = { foreignKey: [column], referenced };
  draft.associations.push({ ...common, ...here, ...keys, ...isNullable, name: field.name, kind: 'belongsTo' });
  if (isHidden) return;
  target.associations.push({ ...common, ...there, ...keys, name: reverse, kind: isOne ? 'hasOne' : 'hasMany' });
}

/** `blog_post_tags (post_id, tag_id)`, or the model that `through` names. */
function throughOf(
  draft: Draft,
  target: Draft,
  { field, options, file }: Relation,
  all: readonly Draft[],
  tracer: Tracer,
) {
  const through = entry(options, 'through');
  if (through) {
    const model = targetOf(through, draft, all, file, tracer);
    const key = (to: Draft) =>
      model?.relations.find(
        (one) => !/ManyToMany/.test(one.kind) && targetOf(one.to, model, all, one.file, tracer) === to,
      )?.column;
    const [from, to] = [key(draft), key(target)];
    return model && from !== undefined && to !== undefined ? { table: model.table, from, to } : undefined;
  }
  const lower = (one: Draft) => one.class.name.toLowerCase();
  const isSelf = draft === target;
  return {
    table: stringOf(entry(options, 'db_table')) ?? `${draft.table}_${field.name}`,
    from: isSelf ? `from_${lower(draft)}_id` : `${lower(draft)}_id`,
    to: isSelf ? `to_${lower(target)}_id` : `${lower(target)}_id`,
  };
}
