import type { FileFacts } from '../facts/facts';
import type { ChainValue, Value } from '../facts/values';
import type { Origin, Place } from './origin';
import type { ProgramFiles } from './program-files';
import type { TypeNode } from './type-text';

/** Type parameters in force: T → what the class was extended or made with. */
export type TypeArguments = ReadonlyMap<string, Origin>;

/** What the parts of the tracer ask of each other; every step counts towards its limits. */
export interface Follow {
  readonly program: ProgramFiles;
  trace(value: Value, at: Place): Origin;
  links(chain: ChainValue, links: number, at: Place): Origin;
  /** What a name means there. */
  name(name: string, at: Place): Origin;
  /** What a file exports under that name; undefined when nothing says so. */
  exported(file: FileFacts, name: string): Origin | undefined;
  member(of: Origin, name: string): Origin;
  element(of: Origin): Origin;
  call(callee: Origin, call: CallStep): Origin;
  /** The type itself: a class, a package's type, an instance of Array. */
  type(node: TypeNode, at: Place, types: TypeArguments): Origin;
}

/** One call of a chain. */
export interface CallStep {
  readonly chain: ChainValue;
  /** Index of the link that calls. */
  readonly link: number;
  readonly arguments: readonly Value[];
  readonly at: Place;
  /** What stands before the name that is called: `posts` of `posts.map(…)`. */
  readonly receiver: Origin;
}

/** Members along a path of a destructuring: `['author', 'name']`; a rest is the whole. */
export function along(follow: Follow, origin: Origin, path: readonly string[]): Origin {
  return path.reduce((at, name) => (name === '...' ? at : follow.member(at, name)), origin);
}

/** A value of that type: of a class its object; what is a value already stays. */
export function valueOfType(type: Origin, types: readonly Origin[] = []): Origin {
  const isType = type.kind === 'class' || type.kind === 'package' || type.kind === 'type';
  return isType ? { kind: 'instance', of: type, types } : type;
}

/** A list of such values. */
export function listOf(element: Origin): Origin {
  return { kind: 'instance', of: { kind: 'global', name: 'Array' }, types: [element] };
}
