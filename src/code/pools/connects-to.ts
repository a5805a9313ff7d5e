import { constantOf, stringOf } from '../facts/value-access';
import type { Value } from '../facts/values';
import { type Located, located } from '../orms/support/program-values';
import type { Tracer } from '../resolve/origin';
import type { PoolUse } from './pool-use';
import { variableOf } from './settings';

type Target = NonNullable<PoolUse['connectsTo']>;

/** Where each part is written, if it is. */
export interface TargetOptions {
  readonly url?: Located;
  readonly host?: Located;
  readonly port?: Located;
  readonly database?: Located;
}

/** What a pool connects to. Of a connection string only host, port and database are kept. */
export function connectsTo({ url, host, port, database }: TargetOptions, tracer: Tracer): Target | undefined {
  const ofUrl = url && targetOfUrl(url, tracer);
  const hostName = host && textOf(host, tracer);
  const variable = host && hostName === undefined ? variableOf(host.value, host.at, tracer) : undefined;
  const number = port && Number(constantOf(located(port.value, port.at, tracer)?.value) ?? Number.NaN);
  const name = database && textOf(database, tracer);
  const target: Target = {
    ...ofUrl,
    ...(variable === undefined ? {} : { variable }),
    ...(hostName === undefined ? {} : { host: hostName }),
    ...(number !== undefined && Number.isInteger(number) ? { port: number } : {}),
    ...(name === undefined ? {} : { database: name }),
  };
  return Object.keys(target).length > 0 ? target : undefined;
}

function textOf({ value, at }: Located, tracer: Tracer): string | undefined {
  return stringOf(value) ?? stringOf(located(value, at, tracer)?.value);
}

function targetOfUrl({ value, at }: Located, tracer: Tracer): Target | undefined {
  const options: readonly Value[] = value.kind === 'choice' ? value.options.map((one) => one.value) : [value];
  const texts = options.flatMap((one) => textOf({ value: one, at }, tracer) ?? []);
  const variables = options.flatMap((one) => variableOf(one, at, tracer) ?? []);
  const parts = texts.map(partsOfUrl).find((one) => one !== undefined);
  if (variables[0] === undefined && parts === undefined) return undefined;
  return { ...(variables[0] === undefined ? {} : { variable: variables[0] }), ...parts };
}

/** Undefined where it is no address of a PostgreSQL server. */
export function partsOfUrl(text: string): Target | undefined {
  if (!/^postgres(?:ql)?(?:\+\w+)?:\/\//i.test(text)) return undefined;
  try {
    // A scheme that URL does not know has a host that is not read.
    const url = new URL(text.replace(/^[^:]+:/, 'http:'));
    const database = decodeURIComponent(url.pathname.slice(1));
    return {
      ...(url.hostname === '' ? {} : { host: url.hostname }),
      ...(url.port === '' ? {} : { port: Number(url.port) }),
      ...(database === '' ? {} : { database }),
    };
  } catch {
    // A placeholder stands where a port or a host would.
    return undefined;
  }
}

/** Names that people give to what only reads. */
const replicas = /(?:^|[^a-z])(?:read(?:s|ers?|[_-]?only)?|replica|standby|slave|follower|secondary|ro)(?:$|[^a-z])/i;

/** `readPool`, `DATABASE_REPLICA_URL`, `db-ro.example.com` */
export function isReplicaName(name: string): boolean {
  return replicas.test(name.replace(/([a-z])([A-Z])/g, '$1_$2'));
}
