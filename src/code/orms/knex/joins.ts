import type { Link } from '../../facts/values';
import { joined, type SqlText, sql } from '../support/sql-text';
import type { Expression } from './expression';
import { betweenSql, comparedSql, existsSql, inSql, nullSql } from './predicates';
import { bare, type Condition, type KnexQuery } from './query';
import { rawSql } from './raw';
import type { Reader } from './reader';
import type { Located, Scope, Target } from './scope';

const joinTypes: Readonly<Record<string, string>> = {
  join: 'inner',
  innerJoin: 'inner',
  leftJoin: 'left',
  leftOuterJoin: 'left outer',
  rightJoin: 'right',
  rightOuterJoin: 'right outer',
  outerJoin: 'outer',
  fullOuterJoin: 'full outer',
  crossJoin: 'cross',
};

export function isJoin(name: string): boolean {
  return name in joinTypes || name === 'joinRaw';
}

/** join(table, a, b), join(table, a, '=', b), join(table, { a: b }), join(table, callback), join(table, raw), joinRaw(text, bindings) */
export function applyJoin(query: KnexQuery, name: string, given: readonly Located[]): void {
  const { reader } = query;
  const [first, ...rest] = given;
  if (first === undefined) return;
  if (name === 'joinRaw') {
    const text = rawOf(reader, first, rest);
    if (text) query.joins.push({ sql: text, table: text, conditions: [] });
    else reader.note('A join that is added at run time is not included.');
    return;
  }
  const table = reader.expression(first);
  const clause = new JoinClause(reader);
  const on = rest[0] && reader.expression(rest[0]);
  if (on?.kind === 'callable') reader.call(on.callable, [clause], clause);
  else if (on) clause.on(rest, 'and');
  const joinedTable = tableSql(query, table);
  if (joinedTable === undefined) {
    reader.note('A join that is added at run time is not included.');
    return;
  }
  const condition = clause.sql();
  query.joins.push({
    sql: sql`${joinTypes[name] ?? 'inner'} join ${joinedTable}${condition}`,
    table: joinedTable,
    conditions: clause.conditions.map((each) => each.sql),
  });
}

export function rawOf(reader: Reader, text: Located, bindings: readonly Located[]): SqlText | undefined {
  const expression = reader.expression(text);
  return expression.kind === 'sql' ? expression.sql : rawSql(reader, text, bindings);
}

function tableSql(query: KnexQuery, table: Expression): SqlText | undefined {
  if (query.schema !== undefined && table.kind === 'literal')
    return [query.reader.quoted(`${query.schema}.${table.value}`)];
  return query.reader.name(table);
}

/** What `.on()` and its like add to one join. */
class JoinClause implements Target {
  readonly conditions: Condition[] = [];
  #using: SqlText | undefined;
  #bool: 'and' | 'or' = 'and';

  constructor(private readonly reader: Reader) {}

  sql(): SqlText {
    if (this.#using) return sql` using (${this.#using})`;
    return this.conditions.length === 0 ? [] : sql` on ${bare(this.conditions)}`;
  }

  apply(link: Link, scope: Scope): boolean {
    if (link.arguments === undefined) {
      if (link.name === 'or') this.#bool = 'or';
      return link.name === 'or' || link.name === 'and';
    }
    const [, prefix, rest] = /^(and|or)?on(.*)$/i.exec(link.name) ?? [];
    const given = link.arguments.map((value): Located => ({ value, scope }));
    if (link.name === 'using') {
      this.#using = joined(this.reader.names(given), ', ');
      return true;
    }
    if (rest === undefined) return link.name === 'type';
    const bool = prefix?.toLowerCase() === 'or' ? 'or' : this.#bool;
    this.#bool = 'and';
    if (rest === '' || rest === 'Val') this.on(given, bool, rest === 'Val');
    else this.#add(bool, this.#special(rest, given));
    return true;
  }

  on(given: readonly Located[], bool: 'and' | 'or', isValue = false): void {
    const { reader } = this;
    const [first, second, third] = given.map((each) => reader.expression(each));
    if (first === undefined) return;
    if (second === undefined) {
      if (first.kind === 'callable') {
        const inner = new JoinClause(reader);
        reader.call(first.callable, [inner], inner);
        if (inner.conditions.length > 0) this.#add(bool, sql`(${bare(inner.conditions)})`);
      } else if (first.kind === 'object') {
        for (const { key, value } of first.entries) {
          const column: Expression = { kind: 'literal', value: key, source: key, range: first.range };
          this.#add(bool, comparedSql(reader, column, '=', reader.expression(value), !isValue));
        }
      } else this.#add(bool, first.kind === 'sql' ? first.sql : undefined);
      return;
    }
    const operator = third === undefined ? '=' : second;
    this.#add(bool, comparedSql(reader, first, operator, third ?? second, !isValue));
  }

  #special(kind: string, given: readonly Located[]): SqlText | undefined {
    const { reader } = this;
    const [first, second] = given.map((each) => reader.expression(each));
    const not = kind.startsWith('Not');
    if (first === undefined) return undefined;
    switch (kind.replace(/^Not/, '')) {
      case 'In':
        return second && inSql(reader, first, second, not);
      case 'Null':
        return nullSql(reader, first, not);
      case 'Between':
        return second && betweenSql(reader, first, second, not);
      case 'Exists':
        return existsSql(reader, first, not);
      default:
        return undefined;
    }
  }

  #add(bool: 'and' | 'or', text: SqlText | undefined): void {
    if (text) this.conditions.push({ bool, sql: text });
    else this.reader.note('A condition of a join that is added at run time is not included.');
  }
}
