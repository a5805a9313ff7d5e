import type { ClassFacts, FileFacts } from '../../facts/facts';
import type { Tracer } from '../../resolve/origin';

export interface FoundClass {
  readonly class: ClassFacts;
  readonly file: FileFacts;
}

/** The classes that it extends, the nearest first. */
export function ancestors(found: ClassFacts, file: FileFacts, tracer: Tracer): FoundClass[] {
  const all: FoundClass[] = [];
  let next: FoundClass = { class: found, file };
  while (next.class.extends !== undefined && all.length < 20) {
    const origin = tracer.trace(next.class.extends, { file: next.file, function: next.class.within });
    if (origin.kind !== 'class' || all.some((each) => each.class === origin.class)) break;
    next = { class: origin.class, file: origin.file };
    all.push(next);
  }
  return all;
}
