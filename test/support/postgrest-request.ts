import type { LiteralValue } from '../../src/code/facts/values';
import type { GeneratedParameter } from '../../src/code/orms/orm';
import { column, logicParts, selectItems } from '../../src/code/orms/supabase/query-text';
import type { Filter, Order, RestRequest } from '../../src/code/orms/supabase/rest-request';

/** What a client sent to PostgREST. */
export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  readonly prefer: string;
  readonly body: unknown;
}

const range = { start: 0, end: 0 };
const reserved = new Set(['select', 'order', 'limit', 'offset', 'columns', 'on_conflict', 'or', 'and']);

/** Reads a URL as PostgREST's documentation says: `GET /rest/v1/posts?select=id&title=ilike.*a*&order=id.desc&limit=5`. */
export function postgrestRequest({ method, url, prefer, body }: HttpRequest): RestRequest {
  const [, rpc, name = ''] = /\/rest\/v1\/(rpc\/)?([^/]+)$/.exec(url.pathname) ?? [];
  const query = [...url.searchParams];
  const select = url.searchParams.get('select');
  const isReturned = /return=representation/.test(prefer) || method === 'GET' || method === 'HEAD' || rpc !== undefined;
  const rows = (Array.isArray(body) ? body : body === undefined ? [] : [body]) as Record<string, unknown>[];
  const onConflict = url.searchParams.get('on_conflict');
  const resolution = /resolution=(\w+)-duplicates/.exec(prefer)?.[1];
  const count = /count=(\w+)/.exec(prefer)?.[1];
  return {
    operation: rpc ? 'rpc' : operationOf(method, resolution !== undefined),
    name,
    nameLink: { name: 'from', range },
    filters: query.flatMap(([key, value]) => filtersOf(key, value)),
    orders: query.flatMap(([key, value]) =>
      last(key) === 'order' ? value.split(',').map((each) => orderOf(of(key), each)) : [],
    ),
    limits: limitsOf(query),
    isOne: false,
    rows:
      rpc && rows.length === 0
        ? [[]]
        : rows.map((row) => Object.entries(row).map(([column, value]) => ({ column, value: literal(value) }))),
    isMany: Array.isArray(body),
    ignoresDuplicates: resolution === 'ignore',
    equals: [],
    notes: [],
    ...(isReturned && { select: selectItems(select ?? (rpc ? '' : '*')) }),
    ...(count !== undefined && { count }),
    ...(onConflict !== null && { onConflict: onConflict.split(',') }),
  };
}

function operationOf(method: string, isUpsert: boolean): RestRequest['operation'] {
  if (method === 'POST') return isUpsert ? 'upsert' : 'insert';
  return method === 'PATCH' ? 'update' : method === 'DELETE' ? 'delete' : 'select';
}

function last(key: string): string {
  return key.slice(key.lastIndexOf('.') + 1);
}

function of(key: string): string {
  return key.includes('.') ? key.slice(0, key.lastIndexOf('.')) : '';
}

function filtersOf(key: string, value: string): Filter[] {
  const path = column(key).path.length > 0 ? '' : of(key);
  const name = path === '' ? key : last(key);
  if (name === 'or' || name === 'and') {
    return [{ of: path, logic: { kind: name, isNegated: false, parts: logicParts(value.slice(1, -1)) }, values: [] }];
  }
  if (reserved.has(name)) return [];
  const [, not, operator = '', operand = ''] = /^(not\.)?([a-z]+(?:\([a-z]+\))?)\.([\s\S]*)$/.exec(value) ?? [];
  return [
    {
      of: path,
      logic: { kind: 'filter', isNegated: not !== undefined, column: name, operator, value: operand },
      values: [],
    },
  ];
}

function orderOf(path: string, text: string): Order {
  const [, name = '', direction, nulls] = /^(.*?)(?:\.(asc|desc))?(?:\.(nullsfirst|nullslast))?$/.exec(text) ?? [];
  return {
    of: path,
    column: name,
    direction: direction === 'desc' ? 'DESC' : 'ASC',
    ...(nulls && { nulls: nulls === 'nullsfirst' ? 'FIRST' : 'LAST' }),
  };
}

function limitsOf(query: readonly (readonly [string, string])[]): RestRequest['limits'] {
  const paths = new Set(query.filter(([key]) => /^(?:limit|offset)$/.test(last(key))).map(([key]) => of(key)));
  const number = (path: string, name: string): GeneratedParameter => {
    const text = query.find(([key]) => key === (path === '' ? name : `${path}.${name}`))?.[1] ?? '0';
    return { source: text, constant: Number(text), range };
  };
  return [...paths].map((path) => ({ of: path, limit: [number(path, 'limit')], offset: [number(path, 'offset')] }));
}

function literal(value: unknown): LiteralValue {
  return { kind: 'literal', value: value as LiteralValue['value'], range };
}
