import { chainsAt } from '../calls/chains';
import type { FileFacts } from '../facts/facts';
import { entry, isFalse, stringOf } from '../facts/value-access';
import type { ChainValue, Value } from '../facts/values';
import { objectAt } from '../pools/settings';
import type { Origin, Place, Tracer } from '../resolve/origin';
import { useInStatement } from './in-statement';
import type { SessionUse } from './session-use';

type CallUse = Pick<SessionUse, 'kind' | 'text' | 'library' | 'isTracked'>;

/** Calls of libraries that need one session, in the order of the text. */
export function usesInCalls(file: FileFacts, tracer: Tracer): SessionUse[] {
  const seen = new Set<number>();
  return file.functions.flatMap(({ uses }, index) =>
    uses.flatMap((use) =>
      chainsAt(use.chain).flatMap((chain) =>
        chain.links.flatMap((link, i): SessionUse[] => {
          const start = link.argumentsRange?.start;
          if (!link.arguments || start === undefined || seen.has(start)) return [];
          const found = useOfCall(chain, i, { file, function: index }, tracer);
          if (!found) return [];
          seen.add(start);
          return [{ path: file.uri, range: { start: Math.min(chain.range.start, start), end: start }, ...found }];
        }),
      ),
    ),
  );
}

function useOfCall(chain: ChainValue, at: number, place: Place, tracer: Tracer): CallUse | undefined {
  const link = chain.links[at];
  const [first, ...rest] = link?.arguments ?? [];
  if (link?.name === 'query') return namedQuery(first, place, tracer) ?? loaded(first);
  const isMaker = at === 0 || chain.isNew === true;
  if (link?.name !== 'listen' && link?.name !== 'prepare' && !isMaker) return undefined;
  const origin = tracer.traceLinks(chain, at + 1, place);
  if (link?.name === 'listen') {
    const channel = stringOf(first);
    return packageOf(origin) === 'postgres'
      ? { kind: 'listen', text: `LISTEN ${channel ?? '…'}`, library: 'postgres' }
      : undefined;
  }
  if (link?.name === 'prepare') return drizzlePrepared(first, origin);
  return madeBy(origin, [first, ...rest], place, tracer);
}

/** `query({ name: 'post', text: '…' })`: pg prepares what has a name, once for each connection. */
function namedQuery(given: Value | undefined, place: Place, tracer: Tracer): CallUse | undefined {
  const options = given && objectAt(given, place, tracer)?.value;
  const name = entry(options, 'name');
  if (!name || !entry(options, 'text')) return undefined;
  return { kind: 'prepared statement', text: `name: ${stringOf(name) ?? '…'}`, library: 'pg', isTracked: true };
}

/** A text that no other statement looks like, so that it is not found as SQL. */
function loaded(given: Value | undefined): CallUse | undefined {
  const use = useInStatement(stringOf(given) ?? '');
  return use?.kind === 'load' ? { ...use, library: 'pg' } : undefined;
}

/** `db.select().from(posts).prepare('post')`: the name goes to the driver. */
function drizzlePrepared(name: Value | undefined, origin: Origin): CallUse | undefined {
  const text = stringOf(name);
  if (text === undefined || !/^drizzle-orm/.test(packageOf(origin) ?? '')) return undefined;
  return { kind: 'prepared statement', text: `prepare('${text}')`, library: 'drizzle', isTracked: true };
}

/** Libraries that listen on a connection of their own. */
const listeners: Readonly<Record<string, RegExp>> = {
  'pg-listen': /./,
  'graphile-worker': /^(?:run|runOnce|makeWorkerUtils)$/,
  'pg-pubsub': /./,
};

function madeBy(
  origin: Origin,
  given: readonly (Value | undefined)[],
  place: Place,
  tracer: Tracer,
): CallUse | undefined {
  const made =
    origin.kind === 'call' ? origin.callee : origin.kind === 'instance' && origin.arguments ? origin.of : undefined;
  if (made?.kind !== 'package') return undefined;
  const name = made.path.at(-1) ?? 'default';
  if (listeners[made.package]?.test(name))
    return { kind: 'listen', text: `LISTEN, by ${made.package}`, library: made.package };
  const options = given.flatMap((value) => (value && objectAt(value, place, tracer)) ?? []).at(-1);
  if (made.package === 'postgres' && name === 'default') {
    // https://github.com/porsager/postgres#prepared-statements
    if (isFalse(entry(options?.value, 'prepare')) || options?.value.open) return undefined;
    return {
      kind: 'prepared statement',
      text: 'all statements: prepare is not false',
      library: 'postgres',
      isTracked: true,
    };
  }
  if (isPrismaClient(made)) {
    // With a driver adapter the driver sends the statements, without names.
    return entry(options?.value, 'adapter') || options?.value.open ? undefined : ofPrisma;
  }
  return undefined;
}

/** NestJS' way: `class PrismaService extends PrismaClient`, without an adapter for `super`. */
export function prismaClasses(file: FileFacts, tracer: Tracer): SessionUse[] {
  return file.classes.flatMap(({ name, extends: base, nameRange, within }): SessionUse[] => {
    const origin = base && tracer.trace(base, { file, function: within });
    const isClient = origin?.kind === 'package' && isPrismaClient(origin);
    if (!isClient || isGivenAdapter(name, file, tracer)) return [];
    return [{ path: file.uri, range: nameRange, ...ofPrisma }];
  });
}

function isGivenAdapter(name: string, file: FileFacts, tracer: Tracer): boolean {
  return file.functions.some(({ class: of, uses }, index) =>
    of === name
      ? uses.some(({ chain: { root, links } }) => {
          const [options] = (root === 'super' && links[0]?.arguments) || [];
          if (!options) return false;
          const object = objectAt(options, { file, function: index }, tracer)?.value;
          return object === undefined || object.open === true || entry(object, 'adapter') !== undefined;
        })
      : false,
  );
}

const ofPrisma = {
  kind: 'prepared statement',
  text: "all statements of Prisma's engine",
  library: 'prisma',
  isTracked: true,
} as const;

function isPrismaClient(origin: Extract<Origin, { kind: 'package' }>): boolean {
  return /^@prisma\/client(?:$|\/)/.test(origin.package) && origin.path.at(-1) === 'PrismaClient';
}

/** Of what a chain of calls begins with. */
function packageOf(origin: Origin): string | undefined {
  switch (origin.kind) {
    case 'package':
      return origin.package;
    case 'call':
      return packageOf(origin.callee);
    case 'member':
    case 'element':
    case 'instance':
      return packageOf(origin.of);
    default:
      return undefined;
  }
}
