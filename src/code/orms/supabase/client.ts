import type { ChainValue } from '../../facts/values';
import type { Origin } from '../../resolve/origin';
import type { CallContext } from '../orm';

export interface ClientCall {
  /** Index of `from` or `rpc` in the chain's links. */
  readonly link: number;
  /** `supabase.schema('blog')` */
  readonly schema?: string;
}

const packages = /^(?:@supabase\/|#supabase\/|@nuxtjs\/supabase)/;
const makers =
  /^(?:create(?:\w*)Client|createClientComponentClient|createServerComponentClient|useSupabaseClient|serverSupabaseClient|SupabaseClient|PostgrestClient)$/;

/** `supabase.from('posts')`, `supabase.schema('blog').rpc('feed')`: where a chain begins to be a request. */
export function clientCall(chain: ChainValue, context: CallContext): ClientCall | undefined {
  const link = chain.links.findIndex(
    ({ name, arguments: given }) => given !== undefined && (name === 'from' || name === 'rpc'),
  );
  if (link < 0) return undefined;
  const before = chain.links[link - 1];
  const isSchema = before?.name === 'schema' && before.arguments !== undefined;
  const client = context.tracer.traceLinks(chain, isSchema ? link - 1 : link, context.at);
  if (!isClient(client, context)) return undefined;
  const schema = isSchema ? before.arguments?.[0] : undefined;
  return schema?.kind === 'literal' ? { link, schema: String(schema.value) } : { link };
}

function isClient(origin: Origin, context: CallContext, depth = 0): boolean {
  if (depth > 6) return false;
  if (origin.kind === 'instance') return isMaker(origin.of) || isClient(origin.of, context, depth + 1);
  if (origin.kind === 'call') {
    if (isMaker(origin.callee)) return true;
    const last = origin.chain.links.at(-1)?.name;
    if (last !== 'schema') return false;
    return isClient(
      context.tracer.traceLinks(origin.chain, origin.chain.links.length - 1, origin.at),
      context,
      depth + 1,
    );
  }
  if (origin.kind === 'package') return false;
  // `{ locals: { supabase } }`, `ctx.supabase`: where no type says it, the name does, together with from() and select().
  if (origin.kind === 'member') return origin.name === 'supabase' && isUndeclared(origin.of);
  return origin.kind === 'parameter' && origin.path.at(-1) === 'supabase';
}

function isUndeclared(origin: Origin): boolean {
  if (origin.kind === 'member') return isUndeclared(origin.of);
  return origin.kind === 'unknown' || origin.kind === 'parameter' || origin.kind === 'global';
}

function isMaker(origin: Origin): boolean {
  return origin.kind === 'package' && packages.test(origin.package) && makers.test(origin.path.at(-1) ?? '');
}
