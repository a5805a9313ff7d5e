import type { ClassFacts, FileFacts } from '../../facts/facts';
import { callTaking } from '../../resolve/follow-parameters';
import type { Origin, Tracer } from '../../resolve/origin';
import { ancestors } from './class-ancestors';

/** The class of a library that a class extends, itself or through others, and with which type arguments. */
export interface LibraryBase {
  /** As the library exports it: 'Repository'. */
  readonly name: string;
  readonly types: readonly Origin[];
}

/** `class PostsRepository extends BaseRepository<Post>`, `class BaseRepository<T> extends Repository<T>` → Repository, [Post] */
export function libraryBase(
  own: ClassFacts,
  file: FileFacts,
  given: readonly Origin[],
  tracer: Tracer,
  exportedName: (origin: Origin) => string | undefined,
): LibraryBase | undefined {
  let types = given;
  for (const each of [{ class: own, file }, ...ancestors(own, file, tracer)]) {
    if (each.class.extends === undefined) return undefined;
    const at = { file: each.file, function: each.class.within };
    const parameters = each.class.typeParameters ?? [];
    const inForce = types;
    types = (each.class.extendsTypes ?? []).map(
      (text) => inForce[parameters.indexOf(text)] ?? tracer.traceType(text, at),
    );
    const name = exportedName(tracer.trace(each.class.extends, at));
    if (name !== undefined) return { name, types };
  }
  return undefined;
}

/** What `transaction` is called on, for the parameter of the function that it takes: `source.transaction(async (manager) => …)`. */
export function receiverTaking(
  parameter: Origin & { readonly kind: 'parameter' },
  method: string,
  tracer: Tracer,
): Origin | undefined {
  const id = parameter.file.functions.indexOf(parameter.function);
  const taking = callTaking(id, { file: parameter.file, function: id });
  if (taking === undefined || taking.chain.links[taking.link]?.name !== method) return undefined;
  return tracer.traceLinks(taking.chain, taking.link, taking.at);
}

/** `repository.find` → what `find` is called on, with the name. */
export function calledMember(callee: Origin): { readonly name: string; readonly of: Origin } | undefined {
  if (callee.kind === 'member') return { name: callee.name, of: callee.of };
  if (callee.kind !== 'parameter') return undefined;
  const name = callee.path.at(-1);
  return name === undefined ? undefined : { name, of: { ...callee, path: callee.path.slice(0, -1) } };
}
