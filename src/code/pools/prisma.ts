import type { TextRange } from '../../nouns/text-range';
import type { FileFacts } from '../facts/facts';
import type { Tracer } from '../resolve/origin';
import { partsOfUrl } from './connects-to';
import type { PoolSetting, PoolUse } from './pool-use';

/**
 * The pool of Prisma's own engine, whose options stand in the connection string: `?connection_limit=20&pool_timeout=10`.
 * Without them it has cores × 2 + 1 connections and waits 10 s:
 * https://www.prisma.io/docs/orm/v6/prisma-client/setup-and-configuration/databases-connections/connection-pool
 * A client with a driver adapter has the driver's pool.
 */
export function prismaPools(file: FileFacts, tracer: Tracer): PoolUse[] {
  const { text, languageId, uri } = file;
  if (languageId !== 'prisma' || text === undefined || hasAdapter(tracer)) return [];
  const source = /^[ \t]*datasource\s+\w+\s*\{([^}]*)\}/m.exec(text);
  const [whole, body = ''] = source ?? [];
  if (!source || whole === undefined || !/^\s*provider\s*=\s*"(?:postgres(?:ql)?|cockroachdb)"/m.test(body)) return [];
  const url = /^\s*url\s*=\s*(?:env\(\s*"([^"]+)"\s*\)|"([^"]*)")/m.exec(body);
  if (!url) return [];
  const [, variable, written] = url;
  const start = source.index + whole.indexOf('datasource');
  const range: TextRange = { start, end: source.index + whole.indexOf('{') };
  const target = { ...(variable === undefined ? {} : { variable }), ...partsOfUrl(written ?? '') };
  return [
    {
      path: uri,
      range: { start: range.start, end: text.slice(0, range.end).trimEnd().length },
      library: 'prisma',
      ...settingsOfUrl(written),
      idleMs: { value: 0, isDefault: true },
      ...(Object.keys(target).length > 0 ? { connectsTo: target } : {}),
      role: 'primary',
    },
  ];
}

/** What a connection string says of the engine's pool; undefined for one that is not known. */
export function settingsOfUrl(url: string | undefined): { readonly max: PoolSetting; readonly waitMs: PoolSetting } {
  const given = (name: string) => {
    const found = new RegExp(`[?&]${name}=(\\d+)`).exec(url ?? '')?.[1];
    return found === undefined ? undefined : Number(found);
  };
  const [max, wait] = [given('connection_limit'), given('pool_timeout')];
  return {
    max:
      max === undefined
        ? { isDefault: true, source: 'cores × 2 + 1' }
        : { value: max, isDefault: false, source: `connection_limit=${max}` },
    waitMs: wait === undefined ? { value: 10_000, isDefault: true } : { value: wait * 1000, isDefault: false },
  };
}

function hasAdapter({ files }: Tracer): boolean {
  for (const { imports } of files.values()) {
    if (imports.some(({ from }) => /^@prisma\/adapter-/.test(from))) return true;
  }
  return false;
}
