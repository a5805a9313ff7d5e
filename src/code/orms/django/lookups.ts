import { constantOf, elementsOf, sourceOf } from '../../facts/value-access';
import type { Value } from '../../facts/values';
import type { GeneratedParameter } from '../orm';
import { joined, type SqlText, sql } from '../support/sql-text';

export function quote(name: string): string {
  return name.startsWith('"') ? name : `"${name.replaceAll('"', '""')}"`;
}

export function parameter(value: Value, wrap: (text: string) => string = (text) => text): SqlText {
  const constant = constantOf(value);
  const given: GeneratedParameter = {
    source: sourceOf(value),
    range: value.range,
    ...(constant === undefined ? {} : { constant: typeof constant === 'string' ? wrap(constant) : constant }),
  };
  return [given];
}

export const comparisons: Readonly<Record<string, string>> = { exact: '=', gt: '>', gte: '>=', lt: '<', lte: '<=' };

/** `title__icontains='x'` → UPPER("title"::text) LIKE UPPER($1); undefined for a lookup that is not read. */
export function lookup(column: SqlText, name: string, value: Value): SqlText | undefined {
  if (value.kind === 'literal' && value.value === null && (name === 'exact' || name === 'iexact'))
    return sql`${column} IS NULL`;
  const operator = comparisons[name];
  if (operator !== undefined) return sql`${column} ${operator} ${parameter(value)}`;
  switch (name) {
    case 'isnull':
      if (value.kind !== 'literal') return undefined;
      return value.value === true ? sql`${column} IS NULL` : sql`${column} IS NOT NULL`;
    case 'in': {
      const elements = value.kind === 'array' && !value.open ? elementsOf(value) : undefined;
      if (!elements) return sql`${column} IN (${parameter(value)})`;
      return sql`${column} IN (${joined(
        elements.map((one) => parameter(one)),
        ', ',
      )})`;
    }
    case 'range': {
      const [from, to] = elementsOf(value) ?? [];
      return from && to ? sql`${column} BETWEEN ${parameter(from)} AND ${parameter(to)}` : undefined;
    }
    case 'regex':
    case 'iregex':
      return sql`${column}::text ${name === 'regex' ? '~' : '~*'} ${parameter(value)}`;
    case 'iexact':
      return sql`UPPER(${column}::text) = UPPER(${parameter(value)})`;
    default: {
      const [, isCaseless, kind = ''] = /^(i?)(contains|startswith|endswith)$/.exec(name) ?? [];
      if (kind === '') return undefined;
      const wrap = (text: string) => `${kind === 'startswith' ? '' : '%'}${text}${kind === 'endswith' ? '' : '%'}`;
      const given = parameter(value, wrap);
      return isCaseless ? sql`UPPER(${column}::text) LIKE UPPER(${given})` : sql`${column}::text LIKE ${given}`;
    }
  }
}
