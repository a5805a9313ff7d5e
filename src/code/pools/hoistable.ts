import type { TextRange } from '../../nouns/text-range';
import { chainsAt, chainsIn } from '../calls/chains';
import type { FileFacts, FunctionFacts, Use } from '../facts/facts';
import type { Value } from '../facts/values';
import type { Place } from '../resolve/origin';

/** A pool that could as well be made when its file is loaded. */
export interface HoistablePool {
  readonly name: string;
  /** From the name to the end of the value: `pool = new Pool({ … })`. */
  readonly range: TextRange;
  /** Of the calls that end it, which would end it for all others. */
  readonly ends: readonly TextRange[];
  /** Of the function at the top of the file that all of it stands in. */
  readonly outermost: TextRange;
}

export interface Hoisting {
  readonly hoistable?: HoistablePool;
  /** What of the function's own its options are made of: `tenant`. */
  readonly dependsOn?: string;
}

/** Those that are ready once they are constructed: TypeORM's are initialised by a call of their own, slonik's are awaited. */
const libraries = /^(?:pg|postgres|knex|sequelize)$/;

/** What the program may call when it is loaded as well as later. */
const plain = /^(?:process|Number|parseInt|parseFloat|String|Boolean|JSON|path|URL|Buffer|undefined)$/;

/** Whether its options are known before any request, and it has a name that is free at the top of the file. */
export function hoistingOf(library: string, { file, function: index }: Place, use: Use): Hoisting {
  const facts = file.functions[index];
  const binding = use.binding === undefined ? undefined : facts?.bindings[use.binding];
  const [top] = file.functions;
  const around = functionsAround(file, index);
  const outermost = around.at(-1);
  if (!facts || !top || !outermost || !/script|react/.test(file.languageId)) return {};
  const given = use.chain.links.flatMap((link) => link.arguments ?? []);
  const names = given.flatMap(namesIn);
  const own = new Set(
    around.flatMap(({ parameters, bindings }) =>
      [...parameters, ...bindings.map((one) => one.pattern)].flatMap(namesOf),
    ),
  );
  const brought = broughtBy(around);
  const dependsOn = names.find((name) => brought.has(name));
  if (dependsOn !== undefined) return { dependsOn };
  if (names.some((name) => own.has(name) || name === 'this')) return {};
  const name = binding?.pattern.name ?? '';
  const isDeclared = binding?.value?.range.start === use.chain.range.start && binding.isConstant;
  if (!libraries.test(library) || !isDeclared || name === '' || isTaken(name, file, index)) return {};
  const isReady = names.every((one) => plain.test(one) || isDeclaredBefore(one, file, outermost.range.start));
  if (!isReady || given.some(holdsWork)) return {};
  const uses = file.functions.filter((_, id) => isWithin(file, id, index)).flatMap((one) => one.uses);
  const chains = uses.flatMap(({ chain }) => chainsAt(chain)).filter(({ root }) => root === name);
  return {
    hoistable: {
      name,
      range: { start: binding.pattern.range.start, end: use.chain.range.end },
      ends: chains
        .filter(({ links }) => links.some((link) => /^(?:end|destroy|close)$/.test(link.name)))
        .map(({ range }) => range),
      outermost: outermost.range,
    },
  };
}

/** Parameters, and what is made of them: `const { tenant } = req.params`. The outer functions come last. */
function broughtBy(around: readonly FunctionFacts[]): ReadonlySet<string> {
  const brought = new Set(around.flatMap(({ parameters }) => parameters.flatMap(namesOf)));
  for (const { pattern, value } of around.toReversed().flatMap(({ bindings }) => bindings)) {
    if (value && namesIn(value).some((name) => brought.has(name)))
      for (const name of namesOf(pattern)) brought.add(name);
  }
  return brought;
}

/** From the innermost one. */
function functionsAround({ functions }: FileFacts, start: number): FunctionFacts[] {
  const found: FunctionFacts[] = [];
  for (let index: number | undefined = start; index !== undefined && index > 0; index = functions[index]?.parent) {
    const facts = functions[index];
    if (facts) found.push(facts);
  }
  return found;
}

function namesOf({
  name,
  bound = [],
}: {
  readonly name: string;
  readonly bound?: readonly { readonly name: string }[];
}): string[] {
  return [name, ...bound.map((one) => one.name)].filter((one) => one !== '');
}

/** Every name that a value is made of; of what is known as text only, every word. */
function namesIn(value: Value): string[] {
  if (value.kind === 'runtime')
    return value.source.replace(/\.\s*[\w$]+|'[^']*'|"[^"]*"/g, '').match(/[A-Za-z_$][\w$]*/g) ?? [];
  if (value.kind === 'object')
    return [
      ...value.entries.flatMap((one) => namesIn(one.value)),
      ...(value.spreads ?? []).flatMap((one) => namesIn(one.value)),
    ];
  if (value.kind === 'array') return value.elements.flatMap((one) => namesIn(one.value));
  if (value.kind === 'choice') return value.options.flatMap((one) => namesIn(one.value));
  if (value.kind === 'template') return value.values.flatMap(namesIn);
  return chainsIn(value).flatMap(({ root }) => (typeof root === 'string' ? [root] : []));
}

/** A function, or a call of the program's own. */
function holdsWork(value: Value): boolean {
  if (value.kind === 'function') return true;
  if (value.kind === 'object') return value.entries.some((one) => holdsWork(one.value));
  return chainsIn(value).some(
    ({ root, links, isNew }) =>
      (links.some((link) => link.arguments) || isNew) && !plain.test(typeof root === 'string' ? root : ''),
  );
}

function isDeclaredBefore(name: string, { imports, functions }: FileFacts, start: number): boolean {
  if (imports.some(({ local }) => local === name)) return true;
  return (
    functions[0]?.bindings.some(
      ({ pattern, range, isConstant }) => isConstant && range.end < start && namesOf(pattern).includes(name),
    ) === true
  );
}

/** By something else that is seen at the top of the file or in the functions around. */
function isTaken(name: string, file: FileFacts, index: number): boolean {
  const { imports, classes, functions } = file;
  const isSeen = ({ parameters, bindings }: FunctionFacts) =>
    [...parameters, ...bindings.map((one) => one.pattern)].some((one) => namesOf(one).includes(name));
  const outer = functionsAround(file, index).slice(1);
  const [top] = functions;
  return (
    imports.some(({ local }) => local === name) ||
    classes.some((one) => one.name === name) ||
    functions.some((one) => one.parent === 0 && one.name === name) ||
    // Another function's, which may be made there as well.
    functions.some(
      (one, id) => id < index && one.bindings.some(({ pattern, value }) => pattern.name === name && isMade(value)),
    ) ||
    [...outer, ...(top ? [top] : [])].some(isSeen)
  );
}

const isMade = (value: Value | undefined): boolean => value?.kind === 'chain' && value.isNew === true;

function isWithin({ functions }: FileFacts, start: number, outer: number): boolean {
  for (let id: number | undefined = start; id !== undefined; id = functions[id]?.parent) if (id === outer) return true;
  return false;
}
