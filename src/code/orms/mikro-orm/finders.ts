import { elementsOf, entry, isObject, numberOf, stringOf } from '../../facts/value-access';
import type { Value } from '../../facts/values';
import type { GeneratedStatement, OrmCall } from '../orm';
import type { Asked } from '../support/model-call';
import { followed } from '../support/program-values';
import { ormCall } from './call';
import { type MikroEntity, mikroEntityOf, propOf } from './entity';
import { directionOf, Finding } from './finding';
import { pathsOf } from './populate';
import { followUps } from './relation-loading';

/** find(where, options), findOne, findOneOrFail, findAll(options), findAndCount, findByCursor, count */
export function readFinder(asked: Asked): OrmCall | undefined {
  const entity = mikroEntityOf(asked.model);
  if (entity === undefined) return undefined;
  const { link, arguments: given, context } = asked;
  const { name } = link;
  const isAll = name === 'findAll';
  const asOptions = isAll ? given[0] : given[1];
  const options = asOptions && followed(asOptions, context);
  const where = isAll ? entry(options, 'where') : given[0];
  const notes = new Set(entity.notes);
  const finding = new Finding(entity, options, context, notes);
  const { query, conditions, text } = finding;
  const call = (operation: OrmCall['operation'], statements: readonly GeneratedStatement[], more: Partial<OrmCall>) =>
    ormCall(link, asked.model, notes, {
      operation,
      isMany: operation === 'find',
      statements,
      equals: conditions.equals,
      isOnlyEquals: conditions.isOnlyEquals,
      ...(isObject(asOptions) ? { options: asOptions } : {}),
      ...more,
    });
  if (name === 'count') {
    finding.joinOnly();
    finding.where(where);
    return call('count', [text.write(query.countSql())], {});
  }
  finding.select();
  finding.where(where);
  const selects = elementsOf(entry(options, 'fields'))?.flatMap((each) => stringOf(each) ?? []);
  const facts = { loads: pathsOf(finding.hints), ...(selects === undefined ? {} : { selects }) };
  if (name === 'findByCursor') {
    cursor(finding, entity, options, notes);
    const count = counted(asked, entity, where, options);
    return call('find', [text.write(query.sql()), count, ...followUps(finding)], { ...facts, hasLimit: true });
  }
  finding.order();
  finding.lock();
  if (/^findOne/.test(name)) {
    query.isPaginated = false;
    if (finding.isLimitedToOne) query.limit = text.parameter({ source: '1', constant: 1, range: link.range });
    return call('find one', [text.write(query.sql()), ...followUps(finding)], { ...facts, hasLimit: true });
  }
  finding.page();
  const hasLimit = query.limit !== undefined;
  const count = name === 'findAndCount' ? [counted(asked, entity, where, options)] : [];
  const isMany = numberOf(entry(options, 'limit')) !== 1;
  return call('find', [text.write(query.sql()), ...count, ...followUps(finding)], { ...facts, hasLimit, isMany });
}

function counted(
  asked: Asked,
  entity: MikroEntity,
  where: Value | undefined,
  options: Value | undefined,
): GeneratedStatement {
  const finding = new Finding(entity, options, asked.context, new Set());
  finding.joinOnly();
  finding.where(where);
  return finding.text.write(finding.query.countSql());
}

/** `{ first: 10, after, orderBy }`: one row more than asked for tells whether there is a next page. */
function cursor(finding: Finding, entity: MikroEntity, options: Value | undefined, notes: Set<string>): void {
  const { query, text } = finding;
  const size = entry(options, 'first') ?? entry(options, 'last');
  const isBackward = entry(options, 'first') === undefined && entry(options, 'last') !== undefined;
  const position = entry(options, 'after') ?? entry(options, 'before');
  finding.order();
  if (isBackward) query.orders = query.orders.map((each) => ({ ...each, direction: reversed(each.direction) }));
  if (position !== undefined) {
    const order = entry(options, 'orderBy');
    const keys = isObject(order) ? order.entries : [];
    const known = keys.flatMap(({ key, value }) => {
      const prop = typeof key === 'string' ? propOf(entity, key) : undefined;
      const column = prop?.columns[0];
      const direction = isBackward ? reversed(directionOf(value)) : directionOf(value);
      return column === undefined ? [] : [{ column: query.column(query.alias, column), direction }];
    });
    if (known.length === 0 || known.length < keys.length) notes.add('The condition of the cursor is not included.');
    else query.wheres.push(...after(known, () => text.parameter({ source: 'cursor', range: position.range })));
  }
  if (size !== undefined) query.limit = text.value(size);
}

function reversed(direction: string): string {
  return direction.startsWith('desc') ? 'asc' : 'desc';
}

/** `views <= $1 AND (views < $1 OR id > $2)` */
function after([first, ...rest]: readonly { column: string; direction: string }[], value: () => string): string[] {
  if (first === undefined) return [];
  const operator = first.direction.startsWith('desc') ? '<' : '>';
  if (rest.length === 0) return [`${first.column} ${operator} ${value()}`];
  const inner = after(rest, value);
  const later = inner.length > 1 ? `(${inner.join(' and ')})` : inner[0];
  return [`${first.column} ${operator}= ${value()}`, `(${first.column} ${operator} ${value()} or ${later})`];
}
