import { entry, stringOf } from '../../facts/value-access';
import type { Value } from '../../facts/values';
import type { Origin, Place, Tracer } from '../../resolve/origin';
import type { Connection, DeclaringCall } from './declarations';
import { common } from './declared-models';
import { packages } from './origins';

/** The connections that a program makes, with the options that all their models share. */
export function connectionsOf(tracer: Tracer, calls: readonly DeclaringCall[]): Connection[] {
  const found: Connection[] = [];
  for (const file of tracer.files.values()) {
    if (!file.imports.some(({ from }) => packages.test(from))) continue;
    for (const [id, { uses }] of file.functions.entries()) {
      for (const { chain } of uses) {
        if (!chain.isNew) continue;
        const at = { file, function: id };
        const made = chain.links.findIndex((link) => link.arguments !== undefined);
        const link = chain.links[made];
        if (link?.arguments === undefined) continue;
        const name = link.name === '' ? chain.root : link.name;
        if (name !== 'Sequelize' && !isSequelizeClass(chain, made, at, tracer)) continue;
        found.push(connectionOf(link.arguments, at, tracer));
      }
    }
  }
  for (const { name, chain, link, at } of calls) {
    if (/^forRoot/.test(name) && chain.root === 'SequelizeModule') found.push(connectionOf(link.arguments, at, tracer));
  }
  return found;
}

function isSequelizeClass(
  chain: Parameters<Tracer['traceLinks']>[0],
  links: number,
  at: Place,
  tracer: Tracer,
): boolean {
  const origin = tracer.traceLinks({ ...chain, isNew: undefined } as typeof chain, links, at);
  if (origin.kind !== 'package' || !packages.test(origin.package)) return false;
  const last = origin.path.at(-1);
  return last === undefined || last === 'default' || last === 'Sequelize';
}

function connectionOf(given: readonly Value[], at: Place, tracer: Tracer): Connection {
  for (const value of given) {
    const origin = value.kind === 'chain' ? tracer.trace(value, at) : undefined;
    const options = value.kind === 'object' ? value : origin?.kind === 'value' ? origin.value : undefined;
    const place = value.kind === 'object' ? at : origin?.kind === 'value' ? origin.at : at;
    if (options?.kind !== 'object') continue;
    const define = entry(options, 'define');
    const resolved = define?.kind === 'chain' ? tracer.trace(define, place) : undefined;
    const schema = stringOf(entry(options, 'schema'));
    return {
      uri: at.file.uri,
      ...(define
        ? {
            define:
              resolved?.kind === 'value' ? { value: resolved.value, at: resolved.at } : { value: define, at: place },
          }
        : {}),
      ...(schema === undefined ? {} : { schema }),
    };
  }
  return { uri: at.file.uri };
}

/** The one that a model names; else the one whose file is nearest to the model's. */
export function nearestConnection(
  connections: readonly Connection[],
  uri: string,
  named: Origin | undefined,
): Connection | undefined {
  const made = named?.kind === 'instance' ? named.at?.file.uri : undefined;
  const own = connections.find((each) => each.uri === made);
  if (own) return own;
  return connections.reduce<Connection | undefined>(
    (best, each) => (best === undefined || common(each.uri, uri) > common(best.uri, uri) ? each : best),
    undefined,
  );
}
