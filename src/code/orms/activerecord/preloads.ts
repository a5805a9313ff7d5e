import type { TextRange } from '../../../nouns/text-range';
import type { Association } from '../../models/model';
import type { GeneratedStatement } from '../orm';
import { StatementText } from '../support/statement-text';
import { joinTexts } from './joins';
import type { ModelFacts } from './models';
import { columnOf, quotedName, type Relation, relationOf, selectOf } from './relation';
import type { Walker } from './walker';

/** The statements that load what belongs to the rows, behind theirs. */
export function preloadsOf({ facts, loads }: Relation, walker: Walker): GeneratedStatement[] {
  const sent: GeneratedStatement[] = [];
  const told = new Set<string>();
  for (const { path, range } of loads) {
    let from: ModelFacts | undefined = facts;
    let way = '';
    for (const name of path.split('.')) {
      way += `.${name}`;
      const association: Association | undefined = from?.model.associations.find((one) => one.name === name);
      const target: ModelFacts | undefined = association && walker.models.named(association.target);
      if (from && association && target && !told.has(way))
        sent.push(...preload(from, association, target, range, walker));
      told.add(way);
      from = target;
    }
  }
  return sent;
}

function preload(
  from: ModelFacts,
  association: Association,
  target: ModelFacts,
  range: TextRange,
  walker: Walker,
): GeneratedStatement[] {
  const { kind, through, foreignKey, referenced, details } = association;
  const [key = '', other = ''] = [foreignKey[0], referenced[0]];
  if (through) {
    const middle = quotedName(through.table);
    const text = new StatementText();
    const ids = text.parameter({ source: `${other} of ${from.model.table}`, range });
    const first = text.write(`SELECT ${middle}.* FROM ${middle} WHERE ${middle}.${quotedName(key)} IN (${ids})`);
    const [otherKey = '', otherReferenced = ''] = [through.otherKey[0], through.otherReferenced[0]];
    const second = byKeys(target, otherReferenced, `${otherKey} of ${through.table}`, range, association, walker, from);
    return [{ ...first, isFollowUp: true }, second];
  }
  if (kind === 'belongsTo')
    return [byKeys(target, other, `${key} of ${from.model.table}`, range, association, walker, from)];
  const typed = typeof details?.typeColumn === 'string' ? String(details.typeColumn) : undefined;
  const source = `${other} of ${from.model.table}`;
  return [byKeys(target, key, source, range, association, walker, from, typed)];
}

function byKeys(
  target: ModelFacts,
  column: string,
  source: string,
  range: TextRange,
  { name, details }: Association,
  walker: Walker,
  from: ModelFacts,
  typeColumn?: string,
): GeneratedStatement {
  const scope = from.associationScopes.get(name);
  let relation = target.defaultScope ? walker.start(target) : relationOf(target);
  if (scope) relation = walker.apply(relation, scope);
  const { text } = relation;
  const type =
    typeColumn === undefined
      ? []
      : [
          `${columnOf(target, typeColumn)} = ${text.parameter({ source: String(details?.typeName), constant: String(details?.typeName), range })}`,
        ];
  const keys = `${columnOf(target, column)} IN (${text.parameter({ source, range })})`;
  const conditions = [...relation.conditions, ...type, keys];
  return { ...text.write(selectOf({ ...relation, conditions })), isFollowUp: true };
}

/** `eager_load(:author)`: one statement, every column of both by name; undefined where columns are not known. */
export function joinedSelect(relation: Relation, walker: Walker): Relation | undefined {
  let joins = [...relation.joins];
  const parts = [relation.facts];
  for (const { path } of relation.loads) {
    let from: ModelFacts | undefined = relation.facts;
    for (const name of path.split('.')) {
      const association: Association | undefined = from?.model.associations.find((one) => one.name === name);
      const target: ModelFacts | undefined = association && walker.models.named(association.target);
      if (!from || !association || !target) return undefined;
      const texts = joinTexts(
        from,
        association,
        target,
        'LEFT OUTER JOIN',
        walker.scopeConditions(target, relation.text),
      );
      if (!texts.every((text) => joins.includes(text))) {
        joins = [...joins, ...texts];
        parts.push(target);
      }
      from = target;
    }
  }
  const selects = parts.flatMap((facts, t) =>
    facts.model.columns.map(({ column }, c) => `${columnOf(facts, column)} AS t${t}_r${c}`),
  );
  return parts.every(({ model }) => model.columns.length > 0) ? { ...relation, joins, selects } : undefined;
}
