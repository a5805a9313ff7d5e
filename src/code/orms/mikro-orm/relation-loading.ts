import { isObject, oneOrMany } from '../../facts/value-access';
import type { Value } from '../../facts/values';
import type { CallContext, GeneratedStatement } from '../orm';
import { quoted } from '../support/statement-text';
import { ownerOf, type Prop, primaryColumns } from './entity';
import { aliased, joinedColumns } from './fields';
import { Finding } from './finding';
import { type Hint, isJoined } from './populate';
import { pivotText } from './select-query';

/** How the rows are named whose relation is loaded, and what comes with the loaded ones. */
export interface Loading {
  readonly key?: Value;
  readonly hints?: Hint[];
  readonly options?: Value | undefined;
  readonly where?: Value | undefined;
  readonly orderBy?: Value | undefined;
}

/** The SELECT of the rows at the other end of a relation. */
export function loadStatements(
  prop: Prop,
  context: CallContext,
  notes: Set<string>,
  { key, hints = [], options, where, orderBy }: Loading,
): GeneratedStatement[] {
  const { target } = prop;
  if (target === undefined) return [];
  const finding = new Finding(target, strategyOptions(options), context, notes);
  finding.hints.push(...hints.filter((hint) => !finding.hints.some((each) => each.prop === hint.prop)));
  const { query, text } = finding;
  const keys = (source: string) => text.parameter({ source, range: key?.range ?? prop.range, isArray: true });
  if (prop.kind === 'm:n') return pivotStatements(prop, finding, keys, where, orderBy ?? prop.orderBy);
  const owner = prop.isOwner ? undefined : ownerOf(prop);
  const columns = prop.isOwner ? prop.referenced : (owner?.columns ?? []);
  if (columns.length === 0) return [];
  finding.select();
  query.wheres.push(
    columns
      .map((column) => `${query.column(query.alias, column)} in (${keys(`keys of the rows before`)})`)
      .join(' and '),
  );
  query.wheres.push(...finding.conditions.read(where, target, query.alias));
  for (const each of [...oneOrMany(orderBy), ...oneOrMany(prop.orderBy)]) finding.orderBy(each, target, query.alias);
  finding.orderPopulated(finding.hints, query.alias);
  return [text.write(query.sql()), ...followUps(finding)];
}

function strategyOptions(options: Value | undefined): Value | undefined {
  if (!isObject(options)) return undefined;
  return { ...options, open: undefined, entries: options.entries.filter(({ key }) => key === 'strategy') } as Value;
}

/** The rows of a many-to-many relation come through its join table. */
function pivotStatements(
  prop: Prop,
  finding: Finding,
  keys: (source: string) => string,
  given: Value | undefined,
  orderBy: Value | undefined,
): GeneratedStatement[] {
  const { pivot, target } = prop;
  if (pivot === undefined || target === undefined) return [];
  const { query, text, hints } = finding;
  const middle = 'j0';
  const alias = query.alias;
  const columns = joinedColumns(target, hints, undefined, []);
  query.fields = columns.map((column) => aliased(query, alias, column));
  finding.joinHints(hints, target, alias, undefined, []);
  const autoJoined = target.props.filter(
    (each) => each.kind === '1:1' && !each.isOwner && !each.isLazy && !hints.some((hint) => hint.prop === each),
  );
  for (const each of autoJoined) {
    const joined = query.join(alias, each, 'left', { isPopulated: true });
    if (joined !== undefined && each.target)
      query.fields.push(...primaryColumns(each.target).map((column) => aliased(query, joined, column)));
  }
  const fields = [...pivot.far, ...pivot.near].map((column) => `${quoted(middle)}.${quoted(column)}`);
  const on = primaryColumns(target).map(
    (key, i) => `${quoted(middle)}.${quoted(pivot.far[i] ?? '')} = ${query.column(alias, key)}`,
  );
  const where = pivot.near.map(
    (column) => `${quoted(middle)}.${quoted(column)} in (${keys('keys of the rows before')})`,
  );
  where.push(...finding.conditions.read(given, target, alias));
  for (const each of oneOrMany(orderBy)) finding.orderBy(each, target, alias);
  // An order by the key is one by the join table's column first.
  const byKey = primaryColumns(target).flatMap((key, i) =>
    query.orders
      .filter(({ column }) => column === query.column(alias, key))
      .map((order) => ({ ...order, column: `${quoted(middle)}.${quoted(pivot.far[i] ?? '')}` })),
  );
  query.orders.unshift(...byKey);
  const rest = query.sql();
  const from = rest.slice(rest.indexOf(' from ') + 6);
  const order = from.indexOf(' order by ');
  const [tables, ordered] = order < 0 ? [from, ''] : [from.slice(0, order), from.slice(order)];
  const [own = '', ...joins] = tables.split(/(?= (?:left|inner) join )/);
  const sql =
    `select ${[...fields, ...query.fields].join(', ')} from ${pivotText(pivot.table)} as ${quoted(middle)}` +
    ` inner join ${own} on ${on.join(' and ')}${joins.join('')} where ${where.join(' and ')}${ordered}`;
  return [text.write(sql), ...followUps(finding)];
}

/** What is loaded by queries of its own, after the rows. */
export function followUps(finding: Finding, hints: readonly Hint[] = finding.hints): GeneratedStatement[] {
  const { context, notes, options, strategy } = finding;
  return hints.flatMap((hint) => {
    if (hint.prop.target === undefined) return [];
    if (isJoined(hint, strategy)) return followUps(finding, hint.children);
    const statements = loadStatements(hint.prop, context, notes, { hints: hint.children, options });
    return statements.map((each) => ({ ...each, isFollowUp: true as const }));
  });
}
