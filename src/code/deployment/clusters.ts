import { basename, dirname } from 'node:path';
import { chainsAt } from '../calls/chains';
import type { FileFacts } from '../facts/facts';
import { numberOf } from '../facts/value-access';
import type { Program } from '../program/program';
import type { Tracer } from '../resolve/origin';
import type { DeployedProgram } from './deployment';

/**
 * Programs that divide themselves: `cluster.fork()` of Node's cluster, `throng({ workers: 4 })`. Where the file asks how many
 * cores there are, it is one process for each.
 */
export function findClusters({ tracer }: Pick<Program, 'tracer'>): DeployedProgram[] {
  return [...tracer.files.values()].flatMap((file) => {
    const isNamed = file.imports.some(({ from }) => /^(?:node:)?cluster$|^throng$/.test(from));
    return isNamed && !tracer.roles.isAside(file.uri) ? (clusterIn(file, tracer) ?? []) : [];
  });
}

function clusterIn(file: FileFacts, tracer: Tracer): DeployedProgram | undefined {
  for (const [index, { uses }] of file.functions.entries()) {
    for (const chain of uses.flatMap((use) => chainsAt(use.chain))) {
      const called = chain.links.findIndex((link) => link.arguments !== undefined);
      if (called < 0) continue;
      const origin = tracer.traceLinks(chain, called + 1, { file, function: index });
      const made = origin.kind === 'call' && origin.callee.kind === 'package' ? origin.callee : undefined;
      const isFork = /^(?:node:)?cluster$/.test(made?.package ?? '') && made?.path.at(-1) === 'fork';
      if (!made || (!isFork && made.package !== 'throng')) continue;
      const workers =
        origin.kind === 'call' && origin.arguments[0]?.kind === 'object'
          ? origin.arguments[0].entries.find(({ key }) => key === 'workers' || key === 'count')
          : undefined;
      const count = numberOf(workers?.value);
      const processes = count ?? (asksForCores(file) ? 'cores' : undefined);
      return {
        place: { path: file.uri, range: chain.range },
        kind: 'cluster',
        name: basename(file.uri),
        ...(processes !== undefined && { processes }),
        folder: dirname(file.uri),
        environment: {},
      };
    }
  }
  return undefined;
}

/** `os.cpus().length`, `availableParallelism()` */
function asksForCores({ functions }: FileFacts): boolean {
  return functions.some(({ uses }) =>
    uses.some(({ chain }) =>
      chainsAt(chain).some(({ root, links }) =>
        [typeof root === 'string' ? root : '', ...links.map(({ name }) => name)].some((name) =>
          /^(?:cpus|availableParallelism)$/.test(name),
        ),
      ),
    ),
  );
}
