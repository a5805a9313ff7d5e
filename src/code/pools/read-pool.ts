import type { TextRange } from '../../nouns/text-range';
import { constantOf, stringOf } from '../facts/value-access';
import { type Located, located } from '../orms/support/program-values';
import type { Tracer } from '../resolve/origin';
import { connectsTo, isReplicaName } from './connects-to';
import { overflow, type PoolLibrary } from './libraries';
import type { PoolSetting, PoolUse } from './pool-use';
import { objectAt, optionAt, settingOf } from './settings';

/** Where a pool is made, and with what. */
export interface WrittenPool {
  readonly path: string;
  readonly range: TextRange;
  readonly name: string | undefined;
  /** The objects that hold its options; of two that have the same one, the later counts. */
  readonly objects: readonly Located[];
  /** More may be given at run time. */
  readonly isOpen: boolean;
  readonly url?: Located;
  readonly database?: Located;
}

/** Stands for what is written where an option may be given that nobody sees. */
export const atRunTime = 'known at run time only';

/** Undefined where it is a pool for another kind of database, or none at all. */
export function poolOf(library: PoolLibrary, written: WrittenPool, tracer: Tracer): PoolUse | undefined {
  const { objects, isOpen, path, range, name } = written;
  const { options, defaults, unit } = library;
  const at = (paths: readonly string[] | undefined) => optionAt(objects, paths ?? [], tracer);
  const url = written.url ?? at(options.url);
  if (!isForPostgres(library, at(library.dialect?.paths), url, tracer)) return undefined;
  if (library.elsewhere && (!url || isMadeElsewhere(library.elsewhere, objects, tracer))) return undefined;
  const factor = unit === 's' ? 1000 : 1;
  const setting = (paths: readonly string[] | undefined, without: number | undefined, by = factor) => {
    const found = at(paths);
    if (!found && isOpen && paths) return { isDefault: false, source: atRunTime };
    return settingOf(found, { path, factor: by, without }, tracer);
  };
  const count = (paths: readonly string[] | undefined, without: number | undefined) => setting(paths, without, 1);
  const target = connectsTo(
    { url, host: at(options.host), port: at(options.port), database: written.database ?? at(options.database) },
    tracer,
  );
  const application = textAt(at(options.application), tracer) ?? defaults.application;
  const min = count(options.min, defaults.min);
  // Statement timeouts are settings of the server: what is in the unit of the library is in ms there.
  const statement = setting(options.statement, defaults.statement, 1);
  const idleInTransaction = setting(options.idleInTransaction, defaults.idleInTransaction, 1);
  const max = count(options.max, defaults.max) ?? { isDefault: true };
  return {
    path,
    range,
    library: library.library,
    ...(name === undefined ? {} : { name }),
    max: library.library === 'sqlalchemy' ? withOverflow(max, count([overflow.path], overflow.default)) : max,
    ...(min && { min }),
    waitMs: setting(options.wait, defaults.wait) ?? { value: defaults.wait * factor, isDefault: true },
    idleMs: setting(options.idle, defaults.idle) ?? { value: defaults.idle * factor, isDefault: true },
    ...(statement && { statementMs: statement }),
    ...(idleInTransaction && { idleInTransactionMs: idleInTransaction }),
    ...(application === undefined ? {} : { application }),
    ...(target && { connectsTo: target }),
    role: roleOf(written, target, at(library.replication === undefined ? undefined : [library.replication])),
    ...optionsOf(library, objects, tracer),
  };
}

function isForPostgres(
  { dialect }: PoolLibrary,
  written: Located | undefined,
  url: Located | undefined,
  tracer: Tracer,
): boolean {
  const name = textAt(written, tracer);
  if (dialect && name !== undefined) return dialect.is.test(name);
  const text = textAt(url, tracer);
  return text === undefined || !/^(?!postgres)[a-z][\w+]*:/i.test(text);
}

function isMadeElsewhere(name: RegExp, objects: readonly Located[], tracer: Tracer): boolean {
  return objects.some((object) =>
    objectAt(object.value, object.at, tracer)?.value.entries.some(
      ({ key }) => typeof key === 'string' && name.test(key),
    ),
  );
}

function textAt(found: Located | undefined, tracer: Tracer): string | undefined {
  return found && (stringOf(found.value) ?? stringOf(located(found.value, found.at, tracer)?.value));
}

/** `pool_size` and what is opened beyond it. */
function withOverflow(max: PoolSetting, more: PoolSetting | undefined): PoolSetting {
  if (max.value === undefined || more?.value === undefined) return max;
  const parts = [max, { ...more, name: overflow.path }];
  const value = max.value + more.value;
  return {
    value,
    isDefault: max.isDefault && more.isDefault,
    source: `${max.value} and ${more.value} beyond it`,
    parts,
  };
}

function roleOf(
  { name = '' }: WrittenPool,
  target: PoolUse['connectsTo'],
  replication: Located | undefined,
): PoolUse['role'] {
  if (replication && constantOf(replication.value) !== false) return 'both';
  return [name, target?.variable ?? '', target?.host ?? ''].some(isReplicaName) ? 'replica' : 'primary';
}

/** The literal that has, or would have, the pool's own options. */
function optionsOf(
  { within, names, unit, style, replication }: PoolLibrary,
  objects: readonly Located[],
  tracer: Tracer,
): Pick<PoolUse, 'options' | 'replicationPlace'> {
  const outer = objects.at(-1);
  if (outer?.value.kind !== 'object') return {};
  const replicationPlace = { path: outer.at.file.uri, range: outer.value.range };
  const place = replication === undefined ? {} : { replicationPlace };
  const own = within === undefined ? undefined : optionAt(objects, [within], tracer);
  const inner = own && objectAt(own.value, own.at, tracer);
  // What is made elsewhere in the program at run time cannot be added to.
  if (own && !inner) return place;
  const { value, at } = inner ?? outer;
  return {
    ...place,
    options: {
      path: at.file.uri,
      range: value.range,
      ...(within !== undefined && !inner ? { within } : {}),
      ...(style && { style }),
      names,
      unit,
    },
  };
}
