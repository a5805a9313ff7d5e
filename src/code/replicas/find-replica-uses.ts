import type { SqlParser } from '../../sql/parser';
import { CallGraph } from '../calls/call-graph';
import { chainsAt } from '../calls/chains';
import { RowFinder } from '../calls/rows';
import type { CallSources } from '../calls/sources';
import { Queries } from '../calls/sources';
import type { FileFacts } from '../facts/facts';
import { entry } from '../facts/value-access';
import type { PoolUse } from '../pools/pool-use';
import type { Tracer } from '../resolve/origin';
import { type FoundOwnWrite, findOwnWrites } from './own-writes';
import type { Division, ReplicaUses } from './replica-use';
import { findReplicaWrites } from './replica-writes';
import { SentToReader } from './sent-to';

export interface ReplicaSources extends CallSources {
  readonly pools: readonly PoolUse[];
  readonly parser: SqlParser;
  /** Of files that were read; for the way from a write to a read. */
  readonly textOf: (path: string) => string | undefined;
}

/** With the calls that read, for their edits. */
export type FoundReplicaUses = Omit<ReplicaUses, 'ownWrites' | 'clients'> & {
  readonly ownWrites: readonly FoundOwnWrite[];
};

/** Tests, seeds, migrations and scripts are left out. */
export function findReplicaUses(sources: ReplicaSources): FoundReplicaUses {
  const { tracer, pools, parser, textOf } = sources;
  const queries = new Queries(sources);
  const sentTo = new SentToReader(tracer, pools);
  return {
    ownWrites: findOwnWrites({ queries, graph: graphOf(queries), parser, sentTo, textOf }),
    writes: findReplicaWrites(queries, parser, sentTo),
    divisions: [...tracer.files.values()].flatMap((file) => divisionsIn(file, tracer)),
  };
}

/** The calls of functions in which queries stand. */
function graphOf(queries: Queries): CallGraph {
  const seeds = [...queries.files].flatMap((file) => queries.places(file).all.map(({ at }) => at));
  const steps = CallGraph.inSteps(queries, seeds, new RowFinder(queries), 0);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** What makes a library divide, by the package that it comes from. */
const dividers: readonly { readonly library: string; readonly from: RegExp; readonly name: string }[] = [
  { library: 'prisma', from: /^@prisma\/extension-read-replicas$/, name: 'readReplicas' },
  { library: 'drizzle', from: /^drizzle-orm\//, name: 'withReplicas' },
];

function divisionsIn(file: FileFacts, tracer: Tracer): Division[] {
  if (tracer.roles.isAside(file.uri)) return [];
  const path = file.uri;
  if (file.languageId === 'python') {
    const routers = file.functions[0]?.bindings.findLast(({ pattern }) => pattern.name === 'DATABASE_ROUTERS');
    const isSet = routers?.value?.kind === 'array' && routers.value.elements.length > 0;
    return isSet ? [{ library: 'django', path, range: routers.range }] : [];
  }
  if (file.languageId === 'ruby') return railsDivisions(file);
  return dividers.flatMap(({ library, from, name }) => {
    const local = file.imports.find((one) => from.test(one.from) && one.name === name)?.local;
    if (local === undefined) return [];
    const calls = file.functions.flatMap(({ uses }) => uses.flatMap(({ chain }) => chainsAt(chain)));
    const places = calls.filter(({ root, links }) => root === local && links[0]?.arguments);
    // What is given to another call stands there and by itself.
    const byStart = new Map(places.map(({ rootRange }) => [rootRange.start, rootRange]));
    return [...byStart.values()].map((range) => ({ library, path, range }));
  });
}

/** `connects_to database: { writing: :primary, reading: :primary_replica }` */
function railsDivisions({ classes, uri: path }: FileFacts): Division[] {
  return classes.flatMap(({ decorators }) =>
    decorators.flatMap(({ links, range }): Division[] => {
      const told = links.find(({ name }) => name === 'connects_to')?.arguments?.[0];
      const reading = entry(entry(told, 'database'), 'reading');
      return reading ? [{ library: 'activerecord', path, range }] : [];
    }),
  );
}
