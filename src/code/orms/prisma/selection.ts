import type { TextRange } from '../../../nouns/text-range';
import { type SqlText, sql } from '../support/sql-text';
import { type Argument, isFalse, isUnknown } from './arguments';
import { type Scope, whereCondition } from './filter';
import { keyOf, type Relation, relationOf, relationsOf, scalar, scalarsOf } from './models';
import { columnOf } from './names';
import { countJoin } from './order';
import { aliased, type Request } from './request';
import type { ScalarField, SchemaModel } from './schema';

/** What `select`, `include` and `omit` ask for. */
export interface Selection {
  /** With the key and what the relations need. */
  readonly fields: readonly ScalarField[];
  /** As the program sees the rows; undefined: all. */
  readonly asked: readonly string[] | undefined;
  readonly relations: readonly SelectedRelation[];
  readonly counts: readonly { readonly relation: Relation; readonly where?: Argument }[];
}

export interface SelectedRelation {
  readonly relation: Relation;
  /** `include: { posts: { … } }`; undefined for `true`. */
  readonly options?: Argument;
  readonly keyRange: TextRange;
  /** How many of its columns `select` names before it; undefined behind all of them. */
  readonly position?: number;
  /** `.author().profile()`: of the relation's rows only this is wanted. */
  readonly then?: SelectedRelation;
}

export function selectionOf(request: Request, model: SchemaModel, options: Argument | undefined): Selection {
  const { reader } = request;
  const select = reader.entry(options, 'select');
  const include = reader.entry(options, 'include');
  const omit = reader.entry(options, 'omit');
  const relations: SelectedRelation[] = [];
  const counts: { relation: Relation; where?: Argument }[] = [];
  const scalars = new Set<ScalarField>();
  for (const asked of [select, include]) {
    if (asked === undefined) continue;
    if (isUnknown(asked) || request.reader.isOpen(asked))
      request.note('What else is selected is known at run time only.');
    for (const { name, keyRange, argument } of reader.entries(asked)) {
      if (isFalse(argument)) continue;
      const field = model.fields.get(name);
      if (field?.kind === 'scalar') scalars.add(field);
      else if (field?.kind === 'relation') {
        const relation = relationOf(field, model, request.schema.models);
        const hasOptions = argument.value.kind === 'object';
        const position = asked === select ? { position: scalars.size } : {};
        if (relation) relations.push({ relation, keyRange, ...position, ...(hasOptions && { options: argument }) });
      } else if (name === '_count') counts.push(...countsOf(request, model, argument));
    }
  }
  const isWhole = select === undefined || isUnknown(select);
  const omitted = omit ? reader.entries(omit).flatMap(({ name, argument }) => (isFalse(argument) ? [] : [name])) : [];
  const shown = isWhole ? scalarsOf(model).filter(({ name }) => !omitted.includes(name)) : [...scalars];
  const needed = relations.flatMap(({ relation }) => relation.own);
  return {
    fields: [...new Set([...keyOf(model), ...shown, ...needed])],
    asked: isWhole && omitted.length === 0 ? undefined : shown.map(({ name }) => name),
    relations,
    counts,
  };
}

export function onlyRelation(model: SchemaModel, wanted: SelectedRelation): Selection {
  const fields = [...new Set([...keyOf(model), ...wanted.relation.own])];
  return { fields, asked: [], relations: [wanted], counts: [] };
}

/** `_count: true`, `_count: { select: { comments: { where: { approved: true } } } }` */
function countsOf(
  request: Request,
  model: SchemaModel,
  argument: Argument,
): { relation: Relation; where?: Argument }[] {
  const { reader } = request;
  const select = reader.entry(argument, 'select');
  const asked = select
    ? reader.entries(select).filter((entry) => !isFalse(entry.argument))
    : relationsOf(model)
        .filter(({ isList }) => isList)
        .map(({ name }) => ({ name, argument: undefined }));
  return asked.flatMap(({ name, argument: options }) => {
    const field = model.fields.get(name);
    const relation = field?.kind === 'relation' ? relationOf(field, model, request.schema.models) : undefined;
    const where = reader.entry(options, 'where');
    return relation ? [{ relation, ...(where && { where }) }] : [];
  });
}

/** The numbers of related rows as result columns, and the joins that bring them. */
export function countColumns(
  request: Request,
  scope: Scope,
  selection: Selection,
): { columns: SqlText[]; joins: SqlText[] } {
  const columns: SqlText[] = [];
  const joins: SqlText[] = [];
  selection.counts.forEach(({ relation, where }, i) => {
    const alias = `aggr_selection_${i}_${relation.to.name}`;
    const name = `_aggr_count_${relation.field.name}`;
    const inner: SqlText[] = [];
    const target = { model: relation.to, qualifier: relation.to.table, joins: inner };
    const condition = whereCondition(request, target, where) ?? ['1 = 1'];
    joins.push(countJoin(scope, relation, alias, name, condition, inner));
    columns.push(sql`COALESCE(${columnOf(alias, name)}, 0) AS ${aliased(name)}`);
  });
  return { columns, joins };
}

/** `distinct: ['authorId']`, `by: 'authorId'` */
export function namedFields(request: Request, model: SchemaModel, argument: Argument | undefined): ScalarField[] {
  if (argument === undefined) return [];
  const names = argument.value.kind === 'array' ? (request.reader.elements(argument) ?? []) : [argument];
  return names.flatMap(({ value }) => {
    const name =
      value.kind === 'literal' ? String(value.value) : value.kind === 'chain' ? value.links.at(-1)?.name : '';
    return scalar(model, name ?? '') ?? [];
  });
}
