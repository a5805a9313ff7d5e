import type { FileFacts } from '../../facts/facts';
import type { Value } from '../../facts/values';
import type { Origin, Place, Tracer } from '../../resolve/origin';

export interface NewObject {
  readonly arguments: readonly Value[];
  /** Where they are to be read. */
  readonly at: Place;
}

/** Every `new EntitySchema(…)` of a file, where that class is the library's. */
export function newObjects(
  file: FileFacts,
  className: string,
  tracer: Tracer,
  exportedName: (origin: Origin) => string | undefined,
): NewObject[] {
  return file.functions.flatMap(({ uses }, index) =>
    uses.flatMap(({ chain }) => {
      const written = `${typeof chain.root === 'string' ? chain.root : ''}${chain.links[0]?.name ?? ''}`;
      if (!chain.isNew || !written.endsWith(className)) return [];
      const at = { file, function: index };
      const origin = tracer.trace(chain, at);
      if (origin.kind !== 'instance' || exportedName(origin.of) !== className) return [];
      return [{ arguments: origin.arguments ?? [], at: origin.at ?? at }];
    }),
  );
}
