import { entry, isTrue, stringOf } from '../../facts/value-access';
import type { ChainValue, Value } from '../../facts/values';
import { joined, type SqlText, sql } from '../support/sql-text';
import { parameter } from './lookups';
import type { Resolved } from './tables';

/** `Count('comments')`, `F('views') + 1`, `Value('x')` as SQL. */
export interface Expression {
  readonly text: SqlText;
  readonly isAggregate: boolean;
  /** By what rows are grouped where it is selected. */
  readonly group: readonly Grouped[];
  /** A path of the model, for what Django calls an aggregate without a name: `comments__count`. */
  readonly path?: string;
}

export interface Grouped {
  readonly text: SqlText;
  /** Of a plain column: its table's alias. */
  readonly alias?: string;
  /** It is that table's primary key. */
  readonly isKey?: true;
}

/** What expressions ask of the query that they stand in. */
export interface Scope {
  annotation(name: string): Expression | undefined;
  column(path: string): Resolved | undefined;
  /** `OuterRef('pk')`: of the query around this one. */
  readonly outer: Scope | undefined;
  /** `Q(status='draft')` of a filter, a When. */
  condition(values: readonly Value[]): SqlText | undefined;
  /** `Comment.objects.filter(…)` as the statement in parentheses. */
  subquery(value: Value, kind: 'rows' | 'exists'): SqlText | undefined;
  /** A name that stands for an expression: `kind = Case(…)`. */
  followed(value: Value): Value;
}

const aggregates: Readonly<Record<string, string>> = {
  Sum: 'SUM',
  Avg: 'AVG',
  Min: 'MIN',
  Max: 'MAX',
  StdDev: 'STDDEV_POP',
  Variance: 'VAR_POP',
  ArrayAgg: 'ARRAY_AGG',
  BoolAnd: 'BOOL_AND',
  BoolOr: 'BOOL_OR',
};

const functions: Readonly<Record<string, string>> = {
  Abs: 'ABS',
  Ceil: 'CEILING',
  Coalesce: 'COALESCE',
  Floor: 'FLOOR',
  Greatest: 'GREATEST',
  Least: 'LEAST',
  Length: 'LENGTH',
  Lower: 'LOWER',
  LTrim: 'LTRIM',
  NullIf: 'NULLIF',
  RTrim: 'RTRIM',
  Trim: 'TRIM',
  Upper: 'UPPER',
};

const operators: Readonly<Record<string, string>> = { __add__: '+', __sub__: '-', __mul__: '*', __truediv__: '/' };

/** In a function a text is a field's name. */
export function argument(value: Value, scope: Scope): Expression | undefined {
  const name = stringOf(value);
  return name === undefined ? expression(value, scope) : field(name, scope);
}

/** undefined for what is not read. */
export function expression(given: Value, scope: Scope): Expression | undefined {
  const value = scope.followed(given);
  if (value.kind === 'literal') return constant(value);
  if (value.kind !== 'chain') return undefined;
  const last = value.links.at(-1);
  if (typeof value.root !== 'string') return last && value.links.length === 1 ? operated(value, scope) : undefined;
  if (!last?.arguments || value.links.length > 2 || (last.name === '' && value.links.length > 1)) return undefined;
  const name = last.name === '' ? value.root : last.name;
  const options = last.arguments.findLast((one) => one.kind === 'object');
  const values = last.arguments.filter((one) => one !== options);
  return called(name, values, options, scope);
}

function constant(value: Value): Expression {
  const isNull = value.kind === 'literal' && value.value === null;
  return { text: isNull ? ['NULL'] : parameter(value), isAggregate: false, group: [] };
}

/** `F('views') + 1`, `~Exists(…)` */
function operated({ root, links: [link] }: ChainValue, scope: Scope): Expression | undefined {
  const left = typeof root === 'string' ? undefined : expression(root, scope);
  if (!left || !link) return undefined;
  if (link.name === '__invert__') return { ...left, text: sql`NOT ${left.text}` };
  const operator = operators[link.name];
  const [given] = link.arguments ?? [];
  const right = given && (expression(given, scope) ?? bound(given));
  return operator !== undefined && right
    ? combined([left, right], sql`(${left.text} ${operator} ${right.text})`)
    : undefined;
}

function bound(value: Value): Expression | undefined {
  const isName = value.kind === 'runtime' || (value.kind === 'chain' && value.links.every((link) => !link.arguments));
  return isName ? constant(value) : undefined;
}

function combined(parts: readonly Expression[], text: SqlText): Expression {
  const isAggregate = parts.some((one) => one.isAggregate);
  return { text, isAggregate, group: isAggregate ? [] : [{ text }] };
}

function called(
  name: string,
  values: readonly Value[],
  options: Value | undefined,
  scope: Scope,
): Expression | undefined {
  const [first] = values;
  if (name === 'F' && first) return argument(first, scope);
  if (name === 'Value' && first) return constant(first);
  if (name === 'OuterRef' && first) {
    const path = stringOf(first);
    const outer = path === undefined ? undefined : scope.outer?.column(path);
    return outer && outer.rest === undefined ? { text: [outer.text], isAggregate: false, group: [] } : undefined;
  }
  if ((name === 'Exists' || name === 'Subquery') && first) {
    const inner = scope.subquery(first, name === 'Exists' ? 'exists' : 'rows');
    const word = name === 'Exists' ? 'EXISTS' : '';
    // It depends on columns of the rows, by whose key they are grouped.
    return inner && { text: sql`${word}(${inner})`, isAggregate: false, group: [] };
  }
  if (name === 'Case') return choice(values, options, scope);
  if (name === 'Now') return { text: ['STATEMENT_TIMESTAMP()'], isAggregate: false, group: [] };
  const aggregate = name === 'Count' ? 'COUNT' : aggregates[name];
  if (aggregate !== undefined && first) return aggregated(aggregate, first, options, scope);
  const word = functions[name];
  if (word === undefined || options !== undefined) return undefined;
  const parts = values.map((one) => argument(one, scope));
  if (!parts.every((one) => one !== undefined)) return undefined;
  return combined(
    parts,
    sql`${word}(${joined(
      parts.map(({ text }) => text),
      ', ',
    )})`,
  );
}

function field(name: string, scope: Scope): Expression | undefined {
  const annotated = scope.annotation(name);
  if (annotated) return annotated;
  const found = scope.column(name);
  if (!found || found.rest !== undefined) return undefined;
  const text: SqlText = [found.text];
  return { text, isAggregate: false, group: [{ text, alias: found.alias }], path: name };
}

/** `Count('comments', distinct=True, filter=Q(…))`, `Sum('score', default=0)` */
function aggregated(word: string, first: Value, options: Value | undefined, scope: Scope): Expression | undefined {
  const known = /^(?:distinct|filter|default|output_field)$/;
  if (options?.kind === 'object' && options.entries.some(({ key }) => !known.test(String(key)))) return undefined;
  const isAll = word === 'COUNT' && stringOf(first) === '*';
  const inner = isAll ? undefined : argument(first, scope);
  if (!isAll && (!inner || inner.isAggregate)) return undefined;
  const distinct = isTrue(entry(options, 'distinct')) ? 'DISTINCT ' : '';
  const filter = entry(options, 'filter');
  const condition = filter && scope.condition([filter]);
  if (filter && !condition) return undefined;
  const plain = sql`${word}(${distinct}${inner?.text ?? ['*']})`;
  const filtered = condition ? sql`${plain} FILTER (WHERE ${condition})` : plain;
  const other = entry(options, 'default');
  const instead = other && expression(other, scope);
  if (other && !instead) return undefined;
  const text = instead ? sql`COALESCE(${filtered}, ${instead.text})` : filtered;
  return { text, isAggregate: true, group: [], ...(inner?.path === undefined ? {} : { path: inner.path }) };
}

/** `Case(When(status='draft', then=Value(1)), default=Value(0))` */
function choice(values: readonly Value[], options: Value | undefined, scope: Scope): Expression | undefined {
  const parts: Expression[] = [];
  const arms = values.map((given) => {
    const value = scope.followed(given);
    const call = value.kind === 'chain' ? value.links.at(-1) : undefined;
    const named = call?.arguments?.findLast((one) => one.kind === 'object');
    const then = entry(named, 'then');
    const result = then && argument(then, scope);
    if (value.kind !== 'chain' || (value.root !== 'When' && call?.name !== 'When') || !result) return undefined;
    const rest = (call?.arguments ?? []).map((one) =>
      one.kind === 'object' ? { ...one, entries: one.entries.filter(({ key }) => key !== 'then') } : one,
    );
    const condition = scope.condition(rest);
    parts.push(result);
    return condition && sql`WHEN ${condition} THEN ${result.text}`;
  });
  const last = entry(options, 'default');
  const other = last ? argument(last, scope) : constant({ kind: 'literal', value: null, range: { start: 0, end: 0 } });
  if (!other || !arms.every((arm) => arm !== undefined)) return undefined;
  return combined([...parts, other], sql`CASE ${joined(arms, ' ')} ELSE ${other.text} END`);
}
