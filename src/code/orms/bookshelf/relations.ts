import { singularize } from 'inflection';
import { elementsOf, oneOrMany, stringOf } from '../../facts/value-access';
import type { Link, Value } from '../../facts/values';
import type { Association } from '../../models/model';
import type { Place } from '../../resolve/origin';
import type { ValueAt } from './definitions';
import type { ModelFacts } from './models';

export type RelationType = 'hasOne' | 'hasMany' | 'belongsTo' | 'belongsToMany' | 'morphOne' | 'morphMany' | 'morphTo';

/** A relation with its keys as bookshelf finds them. */
export interface Relation {
  readonly name: string;
  readonly type: RelationType;
  readonly parent: ModelFacts;
  readonly target: ModelFacts;
  /** On the side that references; of the join table for belongsToMany, of the table between for `through`. */
  readonly foreignKey: string;
  /** What the parent's rows are found by. */
  readonly parentKey: string;
  readonly targetKey: string;
  readonly joinTable?: string;
  readonly otherKey?: string;
  readonly through?: { readonly idAttribute: string; readonly foreignKey: string };
  readonly pivotColumns: readonly string[];
  readonly morph?: { readonly key: string; readonly value: string };
  /** `.query(…)`, `.where(…)`, `.orderBy(…)` of the relation itself. */
  readonly constraints: readonly Link[];
  readonly at: Place;
  readonly range: Value['range'];
}

const types = /^(?:hasOne|hasMany|belongsTo|belongsToMany|morphOne|morphMany|morphTo)$/;

/** `return this.hasMany('Comment', 'post_id').query(…)` */
export function relationOf(
  name: string,
  { value, at }: ValueAt,
  parent: ModelFacts,
  find: (value: Value, at: Place) => ModelFacts | undefined,
): Relation | undefined {
  if (value.kind !== 'chain' || value.root !== 'this') return undefined;
  const [made, ...rest] = value.links;
  if (!made?.arguments || !types.test(made.name)) return undefined;
  const type = made.name as RelationType;
  const [model, ...more] = made.arguments;
  const target = model && find(model, at);
  if (!target) return undefined;
  const texts = more.map((each) => stringOf(each));
  const constraints = rest.filter((link) => /^(?:query|where|orderBy)$/.test(link.name));
  const pivotColumns = rest.flatMap((link) =>
    link.name === 'withPivot' ? oneOrMany(link.arguments?.[0]).flatMap((each) => stringOf(each) ?? []) : [],
  );
  const base = { name, type, parent, target, constraints, pivotColumns, at, range: value.range };
  const through = rest.find((link) => link.name === 'through');
  const interim = through?.arguments?.[0] && find(through.arguments[0], at);
  if (interim) {
    const [throughKey, otherKey] = (through?.arguments ?? []).slice(1).map((each) => stringOf(each));
    return { ...base, ...throughKeys({ type, parent, target, interim, texts, throughKey, otherKey }) };
  }
  return { ...base, ...plainKeys(type, parent, target, texts, more) };
}

type Keys = Pick<Relation, 'foreignKey' | 'parentKey' | 'targetKey' | 'joinTable' | 'otherKey' | 'through' | 'morph'>;

function plainKeys(
  type: RelationType,
  parent: ModelFacts,
  target: ModelFacts,
  texts: readonly (string | undefined)[],
  given: readonly Value[],
): Keys {
  switch (type) {
    case 'belongsTo': {
      const targetKey = texts[1] ?? target.idAttribute;
      const foreignKey = texts[0] ?? `${singularize(target.table)}_${targetKey}`;
      return { foreignKey, targetKey, parentKey: foreignKey };
    }
    case 'belongsToMany': {
      const [joinTable, foreign, other, foreignTarget, otherTarget] = texts;
      const parentKey = foreignTarget ?? parent.idAttribute;
      const targetKey = otherTarget ?? target.idAttribute;
      return {
        joinTable: joinTable ?? [parent.table, target.table].sort().join('_'),
        foreignKey: foreign ?? `${singularize(parent.table)}_${parentKey}`,
        otherKey: other ?? `${singularize(target.table)}_${targetKey}`,
        parentKey,
        targetKey,
      };
    }
    case 'morphOne':
    case 'morphMany': {
      const name = texts[0] ?? '';
      const columns = elementsOf(given[1])?.map((each) => stringOf(each));
      const value = columns ? texts[2] : texts[1];
      return {
        foreignKey: columns?.[1] ?? `${name}_id`,
        parentKey: parent.idAttribute,
        targetKey: target.idAttribute,
        morph: { key: columns?.[0] ?? `${name}_type`, value: value ?? parent.table },
      };
    }
    default: {
      const parentKey = texts[1] ?? parent.idAttribute;
      const foreignKey = texts[0] ?? `${singularize(parent.table)}_${parentKey}`;
      return { foreignKey, parentKey, targetKey: target.idAttribute };
    }
  }
}

function throughKeys({
  type,
  parent,
  target,
  interim,
  texts,
  throughKey,
  otherKey,
}: {
  readonly type: RelationType;
  readonly parent: ModelFacts;
  readonly target: ModelFacts;
  readonly interim: ModelFacts;
  readonly texts: readonly (string | undefined)[];
  readonly throughKey: string | undefined;
  readonly otherKey: string | undefined;
}): Keys {
  const joinTable = interim.table;
  const foreignKey = throughKey ?? `${singularize(interim.table)}_${interim.idAttribute}`;
  const through = { idAttribute: interim.idAttribute, foreignKey };
  if (type === 'belongsToMany') {
    return {
      joinTable,
      foreignKey: throughKey ?? `${singularize(parent.table)}_${parent.idAttribute}`,
      otherKey: otherKey ?? `${singularize(target.table)}_${target.idAttribute}`,
      parentKey: parent.idAttribute,
      targetKey: target.idAttribute,
      through,
    };
  }
  const isInverse = type === 'belongsTo';
  const owner = isInverse ? target : parent;
  return {
    joinTable,
    foreignKey: otherKey ?? texts[0] ?? `${singularize(owner.table)}_${owner.idAttribute}`,
    parentKey: isInverse ? (throughKey ?? parent.idAttribute) : parent.idAttribute,
    targetKey: target.idAttribute,
    through,
  };
}

export function isSingle({ type }: Relation): boolean {
  return type === 'hasOne' || type === 'belongsTo' || type === 'morphOne' || type === 'morphTo';
}

export function associationOf(relation: Relation): Association {
  const { name, type, target, foreignKey, parentKey, targetKey, joinTable, otherKey, range } = relation;
  const base = { name, target: target.name, targetUri: target.uri, range, details: { relation } };
  if (joinTable !== undefined) {
    const through = { table: joinTable, otherKey: [otherKey ?? ''], otherReferenced: [targetKey] };
    return { ...base, kind: 'belongsToMany', foreignKey: [foreignKey], referenced: [parentKey], through };
  }
  if (type === 'belongsTo') return { ...base, kind: 'belongsTo', foreignKey: [foreignKey], referenced: [targetKey] };
  const kind = isSingle(relation) ? 'hasOne' : 'hasMany';
  return { ...base, kind, foreignKey: [foreignKey], referenced: [parentKey] };
}
