import type { FileFacts } from '../../facts/facts';
import { importedNames } from '../../facts/imported';
import type { ChainValue, Value } from '../../facts/values';
import { callTaking } from '../../resolve/follow-parameters';
import type { Origin, Place, Tracer } from '../../resolve/origin';
import { withoutCall } from './called';
import { type NameMapper, sameName, snakeCaseName } from './names';

/** A knex instance or a transaction of one, with what it does to names. */
export interface Instance {
  readonly mapName: NameMapper;
  /** The settings of `knex({ … })` change names in a way that is not read. */
  readonly hasUnknownMapper: boolean;
}

const plain: Instance = { mapName: sameName, hasUnknownMapper: false };

/** Methods of an instance or a transaction that give one of the same kind. */
const giving = /^(?:transaction|transactionProvider|withUserParams|savepoint|initialize)$/;

/** Names that programs give to an instance or a transaction where nothing says what it is. */
const usualNames = /^_?(?:knex|trx)$/i;
const weakNames = /^_?(?:db|database|tx|transaction|conn|connection)$/i;

export class Instances {
  /** Where nothing says which instance it is. */
  readonly default: Instance;

  constructor(private readonly tracer: Tracer) {
    this.default = defaultInstance(tracer);
  }

  /** What the first links of a chain stand for, when it is an instance. `isCalled`: a table's name is given to it. */
  of(chain: ChainValue, links: number, at: Place, isCalled: boolean): Instance | undefined {
    const origin = this.tracer.traceLinks(chain, links, at);
    const found = this.fromOrigin(origin);
    if (found || !isOpen(origin)) return found;
    const name = links === 0 ? chain.root : chain.links[links - 1]?.name;
    if (typeof name !== 'string') return undefined;
    if (usualNames.test(name)) return this.default;
    return weakNames.test(name) && isCalled ? this.default : undefined;
  }

  fromOrigin(origin: Origin, depth = 0): Instance | undefined {
    if (depth > 6) return undefined;
    switch (origin.kind) {
      case 'call': {
        const { callee } = origin;
        if (isKnexFunction(callee)) return instanceOf(this.tracer, origin.arguments[0], origin.at);
        return callee.kind === 'member' && giving.test(callee.name) ? this.fromOrigin(callee.of, depth + 1) : undefined;
      }
      case 'instance': {
        if (isKnexType(origin.of)) return this.default;
        return undefined;
      }
      case 'parameter':
        return this.#handed(origin, depth);
      case 'member':
        return origin.name === 'knex' ? this.#ofLibrary(origin.of, depth) : undefined;
      default:
        return undefined;
    }
  }

  /** `bookshelf.knex`, `fastify.knex` */
  #ofLibrary(origin: Origin, depth: number): Instance | undefined {
    const isBookshelf =
      origin.kind === 'call' && origin.callee.kind === 'package' && origin.callee.package === 'bookshelf';
    const [knex] = isBookshelf ? origin.arguments : [];
    if (isBookshelf && knex) return this.fromOrigin(this.tracer.trace(knex, origin.at), depth + 1);
    return origin.kind === 'instance' ? this.default : undefined;
  }

  /** `knex.transaction(async (trx) => …)` */
  #handed(origin: Origin & { kind: 'parameter' }, depth: number): Instance | undefined {
    if (origin.index !== 0 || origin.path.length > 0) return undefined;
    const { file } = origin;
    const taking = callTaking(file.functions.indexOf(origin.function), { file, function: 0 });
    const link = taking?.chain.links[taking.link];
    if (!taking || link?.name !== 'transaction') return undefined;
    const receiver = this.tracer.traceLinks(taking.chain, taking.link, taking.at);
    return this.fromOrigin(receiver, depth + 1) ?? this.of(taking.chain, taking.link, taking.at, false);
  }
}

/** Nothing says what it is: a parameter without a type, a property of something of another package. */
function isOpen(origin: Origin): boolean {
  switch (origin.kind) {
    case 'unknown':
    case 'parameter':
    case 'global':
      return true;
    case 'member':
      return true;
    default:
      return false;
  }
}

function isKnexFunction(origin: Origin): boolean {
  if (origin.kind !== 'package' || !/^knex(?:\/|$)/.test(origin.package)) return false;
  return origin.path.length === 0 || /^(?:default|knex|Knex)$/.test(origin.path.join('.'));
}

/** `Knex`, `Knex.Transaction`, `knex.Knex`; not `Knex.QueryBuilder`. */
function isKnexType(origin: Origin): boolean {
  const path = pathOf(origin);
  return path !== undefined && /^(?:default|knex|Knex)?(?:\.?(?:Knex|Transaction))*$/.test(path.join('.'));
}

function pathOf(origin: Origin): readonly string[] | undefined {
  // Also those that hand its types on: nestjs-knex.
  if (origin.kind === 'package') return /knex/i.test(origin.package) ? origin.path : undefined;
  if (origin.kind !== 'member') return undefined;
  const path = pathOf(origin.of);
  return path && [...path, origin.name];
}

/** What `knex({ … })` says about names. */
function instanceOf(tracer: Tracer, config: Value | undefined, at: Place): Instance {
  const origin = config && tracer.trace(config, at);
  if (origin?.kind !== 'value' || origin.value.kind !== 'object') return plain;
  const { entries, range } = origin.value;
  // `...knexSnakeCaseMappers()`, and one of its properties by itself.
  const { uses = [] } = origin.at.file.functions[origin.at.function] ?? {};
  const inside = uses.filter(({ chain }) => range.start < chain.range.start && chain.range.end < range.end);
  if (inside.some(({ chain }) => isSnakeCaseMappers(tracer.traceLinks(chain, 1, origin.at)))) {
    return { mapName: snakeCaseName, hasUnknownMapper: false };
  }
  const own = entries.find(({ key }) => key === 'wrapIdentifier');
  if (!own) return plain;
  if (own.value.kind === 'function' && mentionsSnakeCase(own.value.body.map((step) => step.value))) {
    return { mapName: snakeCaseName, hasUnknownMapper: false };
  }
  return { mapName: sameName, hasUnknownMapper: true };
}

function isSnakeCaseMappers(origin: Origin): boolean {
  return (
    origin.kind === 'call' &&
    origin.callee.kind === 'package' &&
    origin.callee.package === 'objection' &&
    origin.callee.path.at(-1) === 'knexSnakeCaseMappers' &&
    origin.arguments.length === 0
  );
}

/** `(value, quote) => quote(snakeCase(value))`, with whatever library makes snake case. */
function mentionsSnakeCase(values: readonly Value[]): boolean {
  return values.some((value) => {
    if (value.kind !== 'chain') return false;
    const names = [value.root, ...value.links.map((link) => link.name)];
    if (names.some((name) => typeof name === 'string' && /snake/i.test(name))) return true;
    return mentionsSnakeCase(value.links.flatMap((link) => link.arguments ?? []));
  });
}

/** Where an instance's settings are out of sight, those of the workspace's only one (or of all, where they agree) are taken. */
function defaultInstance(tracer: Tracer): Instance {
  const found: Instance[] = [];
  for (const file of tracer.files.values()) {
    if (!usesKnex(file)) continue;
    const names = new Set(file.imports.filter(({ from }) => knexPackage.test(from)).map(({ local }) => local));
    for (const [index, { uses }] of file.functions.entries()) {
      for (const { chain } of uses) {
        if (typeof chain.root !== 'string' || (chain.root !== 'require' && !names.has(chain.root))) continue;
        const link = chain.links.findIndex(
          ({ arguments: given }) => given !== undefined && given[0]?.kind !== 'literal',
        );
        const config = chain.links[link]?.arguments?.[0];
        if (config === undefined || chain.isNew) continue;
        const at = { file, function: index };
        const callee = withoutCall(chain, link);
        if (isKnexFunction(tracer.traceLinks(callee, callee.links.length, at)))
          found.push(instanceOf(tracer, config, at));
      }
    }
  }
  const [first = plain] = found;
  if (found.every((each) => each.mapName === first.mapName)) return first;
  return { mapName: sameName, hasUnknownMapper: false };
}

const knexPackage = /^knex(?:\/|$)/;

function usesKnex(file: FileFacts): boolean {
  return importedNames(file).some((from) => knexPackage.test(from));
}
