import type { Origin } from './origin';

/** Whether an origin is something that the program holds and uses, as a client, a service or a model: not a number or a text. */
export function isThing(origin: Origin): boolean {
  switch (origin.kind) {
    case 'package':
    case 'class':
    case 'module':
      return true;
    case 'instance':
      return origin.of.kind === 'class' || origin.of.kind === 'package' || origin.of.kind === 'type';
    case 'call':
      return isThing(origin.callee);
    case 'member':
      return isThing(origin.of);
    default:
      return false;
  }
}

/** A text that is equal for origins that are the same to a reader: two `new PrismaClient()`. */
export function originKey(origin: Origin): string {
  switch (origin.kind) {
    case 'package':
      return `${origin.package}:${origin.path.join('.')}`;
    case 'class':
      return `class ${origin.file.uri} ${origin.class.range.start}`;
    case 'function':
      return `function ${origin.file.uri} ${origin.function.range.start}`;
    case 'module':
      return `module ${origin.file.uri}`;
    case 'type':
      return `type ${origin.file.uri} ${origin.type.name}`;
    case 'global':
      return `global ${origin.name}`;
    case 'instance':
      return `a ${originKey(origin.of)}<${origin.types.map(originKey).join(',')}>`;
    case 'call':
      return `${originKey(origin.callee)}()`;
    case 'member':
      return `${originKey(origin.of)}.${origin.name}`;
    case 'element':
      return `each of ${originKey(origin.of)}`;
    case 'value':
      return `value ${origin.at.file.uri} ${origin.value.range.start}`;
    case 'parameter':
      return `parameter ${origin.file.uri} ${origin.function.range.start} ${origin.index} ${origin.path.join('.')}`;
    case 'unknown':
      return 'unknown';
  }
}

/** An object that is written out in the program: `module.exports = { knex, init() { … } }`. */
export function isObject(origin: Origin): boolean {
  return origin.kind === 'value' && origin.value.kind === 'object';
}

/** The one that all are that are something; undefined when they differ or none is. */
export function agreed(origins: Iterable<Origin>, isSomething = isThing): Origin | undefined {
  let first: Origin | undefined;
  for (const origin of origins) {
    if (!isSomething(origin)) continue;
    if (first && originKey(first) !== originKey(origin)) return undefined;
    first ??= origin;
  }
  return first;
}
