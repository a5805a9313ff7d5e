import { chainsAt } from '../../code/calls/chains';
import type { ChainValue } from '../../code/facts/values';
import type { ReplicaClient } from '../../code/replicas/replica-use';
import { type ClientContext, clientOf, importing } from './client';
import { copyForReplica, type Initialisers } from './copy-for-replica';
import { prismaClient } from './prisma-client';

/** Clients of Prisma and Drizzle that one file makes and that read from the primary alone. */
export function javascriptClients(context: ClientContext): ReplicaClient[] {
  const { file, divisions } = context;
  const isDivided = (library: string) => divisions.some((one) => one.library === library);
  return file.functions.flatMap(({ uses }, index) =>
    uses.flatMap(({ chain: outer }) =>
      chainsAt(outer).flatMap((chain): ReplicaClient[] => {
        const made = madeBy(chain, index, context);
        if (!made || isDivided(made)) return [];
        const initialisers = initialisersOf(context, index);
        const client = made === 'prisma' ? prismaClient : drizzleClient;
        return client(chain, initialisers, context) ?? [];
      }),
    ),
  );
}

function madeBy(chain: ChainValue, index: number, { program, file }: ClientContext): 'prisma' | 'drizzle' | undefined {
  const { root, links, isNew } = chain;
  if (!links[0]?.arguments || links[0].name !== '' || typeof root !== 'string') return undefined;
  // Where it is generated, nobody may know.
  if (isNew) return root === 'PrismaClient' ? 'prisma' : undefined;
  const origin = program.tracer.traceLinks(chain, 0, { file, function: index });
  if (origin.kind !== 'package' || origin.path.at(-1) !== 'drizzle') return undefined;
  return /^drizzle-orm\/(?:node-postgres|postgres-js)$/.test(origin.package) ? 'drizzle' : undefined;
}

/** `drizzle(pool)` → `withReplicas(drizzle(pool), [drizzle(new Pool({ … }))])` */
function drizzleClient(
  chain: ChainValue,
  initialisers: Initialisers,
  { file, text }: ClientContext,
): ReplicaClient[] | undefined {
  const [called, ...others] = chain.links;
  const { start } = chain.range;
  const end = called?.argumentsRange?.end;
  if (end === undefined || others.length > 0) return undefined;
  const copy = copyForReplica(text.slice(start, end), initialisers);
  const imports = importing(text, 'withReplicas', 'drizzle-orm/pg-core');
  if (copy === undefined || !imports) return undefined;
  const before = { range: { start, end: start }, newText: 'withReplicas(' };
  const after = { range: { start: end, end }, newText: `, [${copy}])` };
  return [clientOf('drizzle', chain, [...imports, before, after], file)];
}

/** Constants that are made by a call, of the file and of the functions around a place. */
function initialisersOf({ file, text }: ClientContext, start: number): Initialisers {
  const found = new Map<string, string>();
  for (let index: number | undefined = start; index !== undefined; index = file.functions[index]?.parent) {
    for (const { pattern, value, isConstant } of file.functions[index]?.bindings ?? []) {
      if (!isConstant || pattern.name === '' || value?.kind !== 'chain' || found.has(pattern.name)) continue;
      const end = Math.max(value.range.end, value.links.at(-1)?.argumentsRange?.end ?? 0);
      if (value.links.some((link) => link.arguments) && value.range.start > pattern.range.start)
        found.set(pattern.name, text.slice(value.range.start, end));
    }
  }
  return found;
}
