import { bestOrigin, unknownOrigin } from './best-origin';
import { type Follow, listOf, type TypeArguments, valueOfType } from './follow';
import type { Origin, Place } from './origin';
import { readType, type TypeNode } from './type-text';

/** Types that hold or change another one without being anything of their own to a query. */
const wrappers: ReadonlySet<string> = new Set([
  'Promise',
  'PromiseLike',
  'Awaited',
  'Partial',
  'Required',
  'Readonly',
  'NonNullable',
  'Omit',
  'Pick',
  'Exclude',
  'Extract',
]);

const lists: ReadonlySet<string> = new Set([
  'Array',
  'ReadonlyArray',
  'Set',
  'ReadonlySet',
  'Iterable',
  'IterableIterator',
  'AsyncIterable',
  'AsyncIterableIterator',
  'Generator',
  'AsyncGenerator',
]);

/** The type itself, see `Follow.type`. */
export function followType(follow: Follow, node: TypeNode, at: Place, types: TypeArguments): Origin {
  switch (node.kind) {
    case 'name':
      return named(follow, node, at, types);
    case 'typeof': {
      const [root = '', ...rest] = node.path;
      return rest.reduce((of, name) => follow.member(of, name), follow.name(root, at));
    }
    case 'array':
      return listOf(follow.type(node.of, at, types));
    case 'tuple':
      return node.of[0] ? listOf(follow.type(node.of[0], at, types)) : unknownOrigin;
    case 'union':
      return bestOrigin(node.of.map((one) => follow.type(one, at, types)));
    case 'intersection':
      return intersection(follow, node.of, at, types);
    case 'object':
      return {
        kind: 'type',
        type: { name: '', members: node.members },
        file: at.file,
      };
    case 'function':
      return unknownOrigin;
    case 'member':
      return follow.member(valueOfType(follow.type(node.of, at, types)), node.name);
    default:
      return unknownOrigin;
  }
}

/** `Request & { db: Knex }` has the members of both: one type that extends them. */
function intersection(follow: Follow, of: readonly TypeNode[], at: Place, types: TypeArguments): Origin {
  const members = of.flatMap((one) => (one.kind === 'object' ? one.members : []));
  const rest = of.filter((one) => one.kind !== 'object');
  const best = bestOrigin(rest.map((one) => follow.type(one, at, types)));
  if (members.length === 0 && (rest.length <= 1 || best.kind !== 'type')) return best;
  const bases = rest.flatMap((one) => (one.kind === 'name' ? one.path.join('.') : []));
  return { kind: 'type', type: { name: '', members, extends: bases }, file: at.file };
}

function named(follow: Follow, node: TypeNode & { readonly kind: 'name' }, at: Place, types: TypeArguments): Origin {
  const [root = '', ...rest] = node.path;
  const parameter = rest.length === 0 ? types.get(root) : undefined;
  if (parameter) return parameter;
  const declared = typeNamed(follow, root, at);
  const origin = rest.reduce((of, name) => memberType(follow, of, name), declared);
  if (origin.kind === 'global') {
    const first = node.arguments[0];
    if (wrappers.has(root) && first) return follow.type(first, at, types);
    if (lists.has(root)) return listOf(first ? follow.type(first, at, types) : unknownOrigin);
    if (root === 'Map' || root === 'ReadonlyMap' || root === 'Record')
      return listOf(node.arguments[1] ? follow.type(node.arguments[1], at, types) : unknownOrigin);
    if (root === 'InstanceType' && first) return follow.type(first, at, types);
    if (root === 'ReturnType' && first) return resultOf(follow, follow.type(first, at, types), at);
    return unknownOrigin;
  }
  const given = node.arguments.map((one) => follow.type(one, at, types));
  if (origin.kind === 'type' && origin.type.alias !== undefined) {
    const inner = new Map((origin.type.parameters ?? []).map((name, i) => [name, given[i] ?? unknownOrigin]));
    return follow.type(readType(origin.type.alias), { file: origin.file, function: 0 }, inner);
  }
  const isType = origin.kind === 'class' || origin.kind === 'package' || origin.kind === 'type';
  return given.length > 0 && isType ? { kind: 'instance', of: origin, types: given } : origin;
}

/** Types are looked up beside values: an interface of this name in the file, then what the name means. */
function typeNamed(follow: Follow, name: string, at: Place): Origin {
  const own = at.file.types?.find((type) => type.name === name && type.module === undefined);
  return own ? { kind: 'type', type: own, file: at.file } : follow.name(name, at);
}

function memberType(follow: Follow, of: Origin, name: string): Origin {
  return follow.member(of, name);
}

function resultOf(follow: Follow, callee: Origin, at: Place): Origin {
  const range = { start: 0, end: 0 };
  const chain = {
    kind: 'chain',
    root: '',
    rootRange: range,
    links: [{ name: '', range, arguments: [] }],
    range,
  } as const;
  return follow.call(callee, { chain, link: 0, arguments: [], at, receiver: callee });
}
