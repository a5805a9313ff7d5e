import type { TextRange } from '../../nouns/text-range';
import { chainsAt } from '../calls/chains';
import type { FileFacts, Use } from '../facts/facts';
import { entry, sourceOf } from '../facts/value-access';
import type { Branch, ChainValue, Value } from '../facts/values';
import { type Located, returned } from '../orms/support/program-values';
import type { Program } from '../program/program';
import type { Origin, Place, Tracer } from '../resolve/origin';
import { djangoPools } from './django';
import { type PoolLibrary, poolLibraries } from './libraries';
import { perRequest } from './per-request';
import type { PoolUse } from './pool-use';
import { prismaPools } from './prisma';
import { poolOf } from './read-pool';
import { isServerlessFile } from './request-handlers';
import { objectAt } from './settings';

/** In the order of the files. Tests, seeds, migrations and scripts are left out: they do not run beside the program. */
export function findPools(program: Pick<Program, 'tracer'>): PoolUse[] {
  return poolsIn(program.tracer);
}

export function poolsIn(tracer: Tracer): PoolUse[] {
  return distinctPools([...tracer.files.values()].flatMap((file) => poolsInFile(file, tracer)));
}

export function poolsInFile(file: FileFacts, tracer: Tracer): PoolUse[] {
  if (tracer.roles.isAside(file.uri) || isTool(tracer.roles.below(file.uri)) || runsOnce(file)) return [];
  return [...madeIn(file, tracer), ...prismaPools(file, tracer), ...djangoPools(file)];
}

/** One configuration for the program and for its migrations' tool is one pool. */
export function distinctPools(pools: readonly PoolUse[]): PoolUse[] {
  const found = new Map<string, PoolUse>();
  for (const pool of pools) {
    const { options, library, path, range } = pool;
    const key = options ? `${library} ${options.path} ${options.range.start}` : `${path} ${range.start}`;
    if (!found.has(key)) found.set(key, pool);
  }
  const all = [...found.values()];
  const helpers = new Set(all.map((pool) => helperOf(pool, all)));
  return all.filter((pool) => !helpers.has(pool));
}

/** What makes it, `const createPool = (options) => pgp(options)`: the callers say with what. */
function helperOf({ madeBy }: PoolUse, all: readonly PoolUse[]): PoolUse | undefined {
  if (!madeBy) return undefined;
  return all
    .filter(({ path, range }) => path === madeBy.path && range.end <= madeBy.start)
    .sort((a, b) => b.range.end - a.range.end)[0];
}

/** What a person runs by hand: `migrate.ts`, `tester/bootstrap.ts`. */
function isTool(path: string): boolean {
  return /[/\\](?:tester|testing|benchmarks?)[/\\]|[/\\](?:migrat\w+|seeder)\.\w+$/i.test(path);
}

/** A program that gives nothing to others, waits for nothing and ends by itself: `check-schema.js`. */
function runsOnce({ exports, functions, languageId }: FileFacts): boolean {
  if (exports.length > 0 || languageId === 'prisma' || languageId === 'python') return false;
  const called = functions.flatMap(({ uses }) => calledIn(uses));
  return !isServing(called) && called.some((name) => /^(?:end|destroy|close|exit)$/.test(name));
}

const calledIn = (uses: readonly Use[]): string[] =>
  uses.flatMap(({ chain }) => chain.links.flatMap((link) => (link.arguments ? link.name : [])));

const isServing = (called: readonly string[]): boolean =>
  called.some((name) => /^(?:listen|serve|schedule|consume|process|subscribe|on|get|post|use)$/.test(name));

/** One call or construction that makes a pool. */
interface Maker {
  readonly library: PoolLibrary;
  readonly name: string;
  readonly arguments: readonly Value[];
  readonly at: Place;
}

function madeIn(file: FileFacts, tracer: Tracer): PoolUse[] {
  const seen = new Set<number>();
  const local = new Set(file.imports.filter(({ from }) => isOfLibrary(from)).map((one) => one.local));
  const all = file.functions.flatMap(({ uses }, index) =>
    uses.flatMap((use) =>
      chainsAt(use.chain).flatMap((chain): Made[] => {
        const at = { file, function: index };
        for (const [link, { arguments: given }] of chain.links.entries()) {
          const start = chain.links[link]?.argumentsRange?.start ?? -1;
          if (!given || link > 2 || seen.has(start) || !mayMake(chain, link, local)) continue;
          const maker = makerOf(tracer.traceLinks(chain, link + 1, at), chain, at);
          const range = maker && nameRange(chain, link);
          const pool =
            maker && range && readMaker(maker, { path: file.uri, range, name: nameOf(use, chain, at) }, tracer);
          if (!pool) continue;
          seen.add(start);
          const made = perRequest(maker.library.library, at, use, tracer);
          if (!made && isEndedThere(at, use)) continue;
          const whole = {
            ...pool,
            ...(pool.options ? {} : newOptions(maker, chain.links[link]?.argumentsRange, file.uri)),
            ...(made && { perRequest: made }),
            ...madeElsewhere(maker, at),
            ...(isServerlessFile(file) && { isServerless: true as const }),
          };
          return [{ pool: whole, function: index, ...(use.branch && { branch: use.branch }) }];
        }
        return [];
      }),
    ),
  );
  return all.filter((one) => !all.some((other) => isInPlaceOf(other, one))).map(({ pool }) => pool);
}

/** `const pool = new Pool(); …; await pool.end();` in one function: it is for one piece of work, and not there beside the others. */
function isEndedThere({ file, function: index }: Place, { binding, chain }: Use): boolean {
  const { uses = [], bindings = [] } = index === 0 ? {} : (file.functions[index] ?? {});
  const own = binding === undefined ? undefined : bindings[binding];
  if (own?.isConstant !== true || own.value?.range.start !== chain.range.start || isServing(calledIn(uses)))
    return false;
  return uses.some(
    ({ chain: used }) =>
      used.root === own.pattern.name &&
      used.links.some((link) => link.arguments && /^(?:end|destroy|close)$/.test(link.name)),
  );
}

interface Made {
  readonly pool: PoolUse;
  readonly function: number;
  readonly branch?: Branch;
}

/** `if (url) db = new Sequelize(url); else db = new Sequelize(name, …)` is one; that of which more is known counts. */
function isInPlaceOf(other: Made, one: Made): boolean {
  const isElse = other.branch && other.branch.id === one.branch?.id && other.branch.arm !== one.branch.arm;
  const isSame = other.function === one.function && other.pool.name !== undefined && other.pool.name === one.pool.name;
  if (!isElse || !isSame) return false;
  const [known, own] = [other.pool.max.value !== undefined, one.pool.max.value !== undefined];
  return known === own ? other.pool.range.start < one.pool.range.start : known;
}

function madeElsewhere({ arguments: [first], at }: Maker, own: Place): Pick<PoolUse, 'madeBy'> {
  if (!first || (at.file === own.file && at.function === own.function)) return {};
  return { madeBy: { path: at.file.uri, start: first.range.start } };
}

/** Where a call without options can be given some: `new Pool()`, `postgres(url)`, `new Sequelize(url)`. */
function newOptions(
  { library, name, arguments: given }: Maker,
  range: TextRange | undefined,
  path: string,
): Pick<PoolUse, 'options' | 'replicationPlace'> {
  const before = { pg: [0], postgres: [0, 1], slonik: [1], sequelize: [1, 3], sqlalchemy: [1] }[library.library];
  if (!range || !before?.includes(given.length) || name.startsWith('forRoot')) return {};
  const [first] = given;
  if (first && given.length === 1 && !looksLikeUrl(first)) return {};
  const { within, names, unit, style, replication } = library;
  const place = { path, range, isCall: true, ...(style && { style }) } as const;
  return {
    options: { ...place, ...(within === undefined ? {} : { within }), names, unit },
    ...(replication === undefined ? {} : { replicationPlace: place }),
  };
}

/** A lone argument may be all of the options as well. */
const looksLikeUrl = (value: Value): boolean => /^['"`]|env\b|ur[il]|dsn|connection/i.test(sourceOf(value));

/** By the names alone, which is quick: what is imported from a library, and what its makers are called wherever they come from. */
function mayMake({ root, links }: ChainValue, link: number, local: ReadonlySet<string>): boolean {
  if (typeof root === 'string' && (local.has(root) || root === 'require' || /pgp/i.test(root))) return true;
  const name = links[link]?.name === '' ? (links[link - 1]?.name ?? String(root)) : (links[link]?.name ?? '');
  return makerNames.test(name);
}

const makerNames =
  /^(?:.*Pool|Prisma(?:Pg|Neon)|postgres|[kK]nex|Sequelize|DataSource|createConnection|forRoot(?:Async)?|init(?:Sync)?|drizzle|create_(?:async_)?engine)$/;

const isOfLibrary = (name: string): boolean => poolLibraries.some(({ packages }) => packages.test(name));

function makerOf(origin: Origin, chain: ChainValue, at: Place): Maker | undefined {
  const isCall = origin.kind === 'call';
  if (!isCall && !(origin.kind === 'instance' && chain.isNew)) return undefined;
  const made = isCall ? origin.callee : origin.of;
  const given = { arguments: origin.arguments ?? [], at: origin.at ?? at };
  // `pgPromise()(connection)`
  if (made.kind === 'call' && made.callee.kind === 'package' && made.callee.package === 'pg-promise') {
    const library = poolLibraries.find((one) => one.library === 'pg-promise');
    return library && { library, name: 'pgp', ...given };
  }
  if (made.kind !== 'package') return undefined;
  const name = made.path.at(-1) ?? 'default';
  const library = poolLibraries.find(
    (one) => one.packages.test(made.package) && one.makers.test(name.replace(/Async$/, '')),
  );
  return library && { library, name, ...given };
}

/** `new Pool` of `new Pool({ … })`. */
function nameRange(chain: ChainValue, link: number): TextRange | undefined {
  const { start } = chain.range;
  const end = chain.links[link]?.argumentsRange?.start;
  // What stands elsewhere is found there.
  return end === undefined || end <= start ? undefined : { start, end };
}

/** Libraries that may be given a connection string first. */
const takesUrl = /^(?:sequelize|postgres|slonik|knex|drizzle|sqlalchemy|pg-promise)$/;

function readMaker(
  { library, name, arguments: given, at }: Maker,
  of: { readonly path: string; readonly range: TextRange; readonly name: string | undefined },
  tracer: Tracer,
): PoolUse | undefined {
  const values = name.endsWith('Async') ? given.flatMap((value) => factoryResult(value, at) ?? []) : given;
  const objects: Located[] = [];
  let url: Located | undefined;
  let isOpen = name.endsWith('Async') && values.length === 0;
  for (const [i, value] of values.entries()) {
    const one = 'at' in value ? value : { value, at };
    const object = objectAt(one.value, one.at, tracer) ?? configuration(one, tracer);
    const origin = object ? undefined : tracer.trace(one.value, one.at);
    if (origin && isPool(origin)) return undefined;
    if (object) objects.push(...withSpreads(object, tracer));
    else if (i === 0 && takesUrl.test(library.library) && (values.length > 1 || looksLikeUrl(one.value))) url = one;
    else if (values.length < 3) isOpen ||= origin?.kind !== 'value';
  }
  isOpen ||= objects.some(({ value }) => value.kind === 'object' && value.open);
  const isNamed = library.library === 'sequelize' && values.length > 2;
  return poolOf(library, { ...of, objects, isOpen, ...(url && (isNamed ? { database: url } : { url })) }, tracer);
}

/** One that is made elsewhere, and found there. */
function isPool(origin: Origin): boolean {
  if (origin.kind !== 'instance') return false;
  return origin.arguments !== undefined || (origin.of.kind === 'package' && /Pool$/.test(origin.of.path.at(-1) ?? ''));
}

/** What NestJS calls: `forRootAsync({ useFactory: () => ({ … }) })`. */
function factoryResult(options: Value, at: Place): Located | undefined {
  const factory = entry(options, 'useFactory');
  if (factory?.kind !== 'function') return undefined;
  const short = returned(factory, at);
  const [long] = at.file.functions[factory.id]?.returns ?? [];
  return short ?? (long && { value: long, at: { file: at.file, function: factory.id } });
}

/** `defineConfig({ … })` gives what it is given. */
function configuration({ value, at }: Located, tracer: Tracer): Located | undefined {
  const origin = tracer.trace(value, at);
  const [given] = origin.kind === 'call' && origin.callee.kind === 'package' ? origin.arguments : [];
  return origin.kind === 'call' && given && /^defineConfig$/.test(String(lastOf(origin.callee)))
    ? objectAt(given, origin.at, tracer)
    : undefined;
}

const lastOf = (origin: Origin): string | undefined => (origin.kind === 'package' ? origin.path.at(-1) : undefined);

/** With the objects of other files that are spread in it, before it: what is written in it wins. */
function withSpreads(object: Located, tracer: Tracer): Located[] {
  const spreads = object.value.kind === 'object' ? (object.value.spreads ?? []) : [];
  const known = spreads.map((spread) => objectAt(spread.value, object.at, tracer));
  const isKnown = known.every((one) => one !== undefined);
  if (object.value.kind !== 'object' || !isKnown) return [...known.filter((one) => one !== undefined), object];
  const { open: _, ...closed } = object.value;
  return [
    ...known.filter((one) => one !== undefined),
    { ...object, value: spreads.length > 0 ? closed : object.value },
  ];
}

/** What the pool is called: a variable, or a field of a class. */
function nameOf(
  { binding, chain: used }: Use,
  chain: ChainValue,
  { file, function: index }: Place,
): string | undefined {
  if (used === chain && binding !== undefined)
    return file.functions[index]?.bindings[binding]?.pattern.name || undefined;
  for (const { name, fields } of file.classes) {
    const field = fields.find(({ value }) => value?.range.start === chain.range.start);
    if (field) return `${name}.${field.name}`;
  }
  return undefined;
}
