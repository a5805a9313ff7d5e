import type { FileFacts } from '../facts/facts';
import { constantOf, entry, isObject, isTrue, numberOf, stringOf } from '../facts/value-access';
import type { Value } from '../facts/values';
import { isReplicaName } from './connects-to';
import type { PoolSetting, PoolUse } from './pool-use';

/**
 * `DATABASES` of Django's settings: each thread has a connection of its own, kept for CONN_MAX_AGE seconds, unless
 * `OPTIONS['pool']` asks for psycopg's pool, of 4 connections without more:
 * https://docs.djangoproject.com/en/stable/ref/databases/#connection-pool, https://www.psycopg.org/psycopg3/docs/api/pool.html
 */
export function djangoPools(file: FileFacts): PoolUse[] {
  if (file.languageId !== 'python') return [];
  const databases = file.functions[0]?.bindings.findLast(({ pattern }) => pattern.name === 'DATABASES')?.value;
  if (!isObject(databases)) return [];
  return databases.entries.flatMap(({ key, keyRange, value }): PoolUse[] => {
    const engine = stringOf(entry(value, 'ENGINE')) ?? '';
    if (typeof key !== 'string' || !/postgres|postgis|psycopg/.test(engine)) return [];
    const pool = entry(entry(value, 'OPTIONS'), 'pool');
    const age = entry(value, 'CONN_MAX_AGE');
    const host = stringOf(entry(value, 'HOST'));
    const database = stringOf(entry(value, 'NAME'));
    const target = { ...(host ? { host } : {}), ...(database ? { database } : {}) };
    return [
      {
        path: file.uri,
        range: keyRange,
        library: 'django',
        name: key,
        ...(pool && (isTrue(pool) || isObject(pool)) ? ofPsycopg(pool, file.uri) : ofThreads),
        // Without a number connections are closed after each request; None keeps them.
        idleMs: settingIn(age, 0, 1000),
        ...(Object.keys(target).length > 0 ? { connectsTo: target } : {}),
        role: isReplicaName(key) ? 'replica' : 'primary',
      },
    ];
  });
}

const ofThreads = {
  max: { isDefault: true, source: 'one for each thread' },
  waitMs: { isDefault: true, source: 'nothing waits: each thread has its own' },
} as const;

function ofPsycopg(pool: Value, path: string): Pick<PoolUse, 'max' | 'min' | 'waitMs' | 'options'> {
  const least = numberOf(entry(pool, 'min_size')) ?? 4;
  return {
    max: settingIn(entry(pool, 'max_size'), least, 1),
    min: settingIn(entry(pool, 'min_size'), 4, 1),
    waitMs: settingIn(entry(pool, 'timeout'), 30, 1000),
    ...(isObject(pool) && {
      options: { path, range: pool.range, style: 'dict', names: { max: 'max_size', waitMs: 'timeout' }, unit: 's' },
    }),
  };
}

function settingIn(value: Value | undefined, without: number, factor: number): PoolSetting {
  if (value === undefined) return { value: without * factor, isDefault: true };
  const constant = constantOf(value);
  return {
    ...(typeof constant === 'number' ? { value: constant * factor } : {}),
    isDefault: false,
    range: value.range,
  };
}
