import type { ChainValue } from '../../facts/values';
import type { CallContext, Orm, OrmCall } from '../orm';
import { statementOf } from '../support/sql-text';
import { clientCall } from './client';
import { readModels } from './models';
import { requestOf } from './request';
import type { RestRequest } from './rest-request';
import { StatementBuilder } from './statements';

/**
 * supabase-js: `supabase.from('posts').select('*, author:users(name)').eq('id', id)`. It speaks HTTP; PostgREST on the server
 * writes the SQL. The foreign keys that embedding goes by are read from the types that Supabase generates.
 */
export const supabase: Orm = {
  library: 'supabase',
  packages: /^@supabase\/|^#supabase\/|^@nuxtjs\/supabase/,
  methods: new Set(['from', 'rpc']),
  models: readModels,
  read(chain, context) {
    const call = clientCall(chain, context);
    const request = call && requestOf(chain, call, context);
    return request && readCall(request, chain, context);
  },
};

const operations: Readonly<Record<RestRequest['operation'], OrmCall['operation']>> = {
  select: 'find',
  insert: 'insert',
  update: 'update',
  upsert: 'upsert',
  delete: 'delete',
  rpc: 'raw',
};

function readCall(request: RestRequest, _chain: ChainValue, { models, at }: CallContext): OrmCall {
  const builder = new StatementBuilder(request, models.of('supabase'));
  const statements = builder.statements().map((text) => statementOf(text));
  const columns = (request.select ?? []).filter(({ embed }) => embed === undefined);
  const isWhole = columns.length === 0 || columns.some(({ name }) => name === '*');
  const model = models.named('supabase', request.name, at.file.uri);
  const isFind = request.operation === 'select';
  return {
    library: 'supabase',
    operation: isFind ? foundBy(request) : operations[request.operation],
    isMany: isFind ? !request.isOne && !request.isHead : request.isMany,
    ...(model && { model }),
    loads: builder.loads,
    ...(!isWhole && { selects: columns.map(({ name }) => name) }),
    hasLimit: request.isOne || request.limits.some(({ of }) => of === ''),
    equals: request.equals,
    isOnlyEquals: request.filters.length === request.equals.length && request.notes.length === 0,
    statements,
    notes: [...builder.notes],
    nameRange: request.nameLink.range,
  };
}

function foundBy({ isOne, isHead, count }: RestRequest): OrmCall['operation'] {
  if (isHead && count !== undefined) return 'count';
  return isOne ? 'find one' : 'find';
}
