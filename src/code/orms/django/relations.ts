import type { ClassFacts, FileFacts } from '../../facts/facts';
import { entry, isTrue, stringOf } from '../../facts/value-access';
import type { Value } from '../../facts/values';
import type { Origin, Tracer } from '../../resolve/origin';
import type { Draft, Relation } from './draft';

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

export function isUserClass({ extends: base }: ClassFacts): boolean {
  return /^Abstract(?:Base)?User$/.test(String(base?.links.at(-1)?.name ?? base?.root));
}

/** The program's own user, when it has one. */
function authUser(all: readonly Draft[]): Draft | undefined {
  const own = all.find(({ class: of }) => isUserClass(of));
  return own ?? all.find((one) => one.app === 'auth' && one.class.name === 'User');
}

/** Writes a relation to both of its models. */
export function link(draft: Draft, relation: Relation, all: readonly Draft[], tracer: Tracer): void {
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
  const type = target.columns.find((one) => one.column === referenced[0])?.type;
  const own = draft.columns.findIndex((one) => one.column === column);
  const found = draft.columns[own];
  if (found && type !== undefined) draft.columns[own] = { ...found, type };
  const isNullable = isTrue(entry(options, 'null')) ? { isNullable: true as const } : {};
  const keys = { foreignKey: [column], referenced };
  draft.associations.push({ ...common, ...here, ...keys, ...isNullable, name: field.name, kind: 'belongsTo' });
  if (isHidden) return;
  const back = { name: reverse, kind: isOne ? ('hasOne' as const) : ('hasMany' as const), inverse: field.name };
  target.associations.push({ ...common, ...there, ...keys, ...back });
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
