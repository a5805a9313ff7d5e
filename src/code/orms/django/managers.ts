import type { FileFacts, FunctionFacts } from '../../facts/facts';
import { entry, nameOf } from '../../facts/value-access';
import type { ChainValue, Link, Value } from '../../facts/values';
import { fullestOf } from '../../facts/variants';
import type { Place, Tracer } from '../../resolve/origin';
import { ancestors, type FoundClass } from '../support/class-ancestors';
import { placedAt } from '../support/program-values';

/** So many methods call one another at most. */
const mostSteps = 30;

/** `published()` of a manager or a queryset of the program: the steps that it stands for, in its place. */
export interface Expanded {
  readonly links: readonly Link[];
  readonly notes: readonly string[];
  /** It ends in a method that gives no queryset: `create_user(…)`. What it sends is found where it is written. */
  readonly isOwn: boolean;
}

/** The classes behind `objects = PostManager.from_queryset(PostQuerySet)()`, and the library's own name where there is none. */
export function managerClasses(
  declared: Value | undefined,
  at: Place,
  tracer: Tracer,
): { classes: FoundClass[]; isOther: boolean } {
  if (declared?.kind !== 'chain') return { classes: [], isOther: declared !== undefined };
  const classes = classesIn(declared, at, tracer);
  const source = declared.links.findLast(({ name }) => name !== '')?.name ?? String(declared.root);
  return { classes, isOther: classes.length === 0 && !/^(?:Manager|from_queryset|as_manager)$/.test(source) };
}

function classesIn(chain: ChainValue, at: Place, tracer: Tracer): FoundClass[] {
  const given = chain.links.flatMap(({ arguments: values }) => values ?? []);
  const named = [chain, ...given].flatMap((value) => {
    if (value.kind !== 'chain') return [];
    const end = value.links.findIndex((link) => link.arguments !== undefined);
    for (const links of end < 0 ? [value.links.length] : [end, end + 1]) {
      const origin = tracer.traceLinks({ ...value, links: value.links.map(withoutArguments) }, links, at);
      if (origin.kind === 'class') return [{ class: origin.class, file: origin.file }];
    }
    return [];
  });
  return named.flatMap((found) => {
    const above = [found, ...ancestors(found.class, found.file, tracer)];
    const last = above.at(-1);
    const base = last?.class.extends;
    // `class PostManager(models.Manager.from_queryset(PostQuerySet))`
    const more = base?.links.some(({ name }) => name === 'from_queryset')
      ? classesIn(base, { file: last?.file ?? found.file, function: 0 }, tracer)
      : [];
    return [...above, ...more];
  });
}

function withoutArguments({ name, range }: Link): Link {
  return { name, range };
}

/** `Post.objects.published().order_by('id')` → the links behind `objects`, written out. */
export function expandedLinks(links: readonly Link[], classes: readonly FoundClass[]): Expanded {
  const notes: string[] = [];
  const base = methodOf(classes, 'get_queryset');
  const first = links[0];
  const conditions = base && first ? stepsOf(base, { ...first, arguments: [] }) : [];
  if (conditions === undefined) notes.push('Conditions of get_queryset() are not included.');
  const open = [...(conditions ?? []), ...links];
  const done: Link[] = [];
  for (let steps = 0; open.length > 0 && steps < mostSteps; steps++) {
    const link = open.shift();
    if (!link) break;
    const method = link.arguments && link.name !== 'get_queryset' ? methodOf(classes, link.name) : undefined;
    const inner = method && stepsOf(method, link);
    if (method && !inner && open.length === 0 && !givesQueryset(method)) return { links: [], notes, isOwn: true };
    if (inner) open.unshift(...inner);
    else done.push(link);
  }
  return { links: [...done, ...open], notes, isOwn: false };
}

interface FoundMethod {
  readonly function: FunctionFacts;
  readonly file: FileFacts;
}

function methodOf(classes: readonly FoundClass[], name: string): FoundMethod | undefined {
  for (const { class: of, file } of classes) {
    const method = of.methods.find((one) => one.name === name && !one.isGetter);
    const found = method && file.functions[method.function];
    if (found) return { function: found, file };
  }
  return undefined;
}

/** `return self.filter(…)` on one way at least. */
function givesQueryset({ function: { returns } }: FoundMethod): boolean {
  return returns.some(
    (value) =>
      value.kind === 'chain' &&
      (value.root === 'super' || (value.root === 'this' && value.links.length > 0 && value.links[0]?.name !== 'model')),
  );
}

/** What a method adds to the queryset that it is called on; undefined where that is decided in another way than by one return. */
function stepsOf({ function: facts }: FoundMethod, call: Link): Link[] | undefined {
  const [returned, ...more] = facts.returns;
  if (!returned || more.length > 0) return undefined;
  const value = fullestOf(boundTo(returned, facts));
  if (value.kind !== 'chain' || value.open) return undefined;
  const [first, second] = value.links;
  const isSuper = value.root === 'super' && first?.name === '' && second?.name === 'get_queryset';
  // `PostQuerySet(self.model, using=self._db)`
  const isMade = typeof value.root === 'string' && /QuerySet$/.test(value.root) && first?.name === '';
  if (value.root !== 'this' && !isSuper && !isMade) return undefined;
  const own = value.links.slice(isSuper ? 2 : isMade ? 1 : 0);
  const tail = own[0]?.name === 'get_queryset' ? own.slice(1) : own;
  if (tail.some((link) => !link.arguments && !/^\d+$/.test(link.name))) return undefined;
  if (tail[0]?.name === 'model') return undefined;
  const given = passedTo(facts, call);
  return tail.map((link) => ({
    ...placedAt(link, call.range),
    ...(link.arguments ? { arguments: link.arguments.map((one) => replaced(placedAt(one, call.range), given)) } : {}),
  }));
}

/** `posts = self.filter(…)`, `return posts` */
function boundTo(value: Value, facts: FunctionFacts): Value {
  const name = nameOf(value);
  const bindings = name === undefined ? [] : facts.bindings.filter(({ pattern }) => pattern.name === name);
  const last = bindings.at(-1);
  return last?.value && bindings.every(({ branch, loop }) => !branch && loop === undefined) ? last.value : value;
}

function passedTo({ parameters }: FunctionFacts, { arguments: values = [] }: Link): ReadonlyMap<string, Value> {
  const named = values.findLast((one) => one.kind === 'object');
  const listed = values.filter((one) => one !== named);
  const found = parameters.flatMap(({ name, default: usual }, index): [string, Value][] => {
    const value = entry(named, name) ?? listed[index] ?? usual;
    return value ? [[name, value]] : [];
  });
  return new Map(found);
}

/** Parameters are what the call gives for them. */
function replaced<T>(part: T, given: ReadonlyMap<string, Value>): T {
  if (typeof part !== 'object' || part === null || given.size === 0) return part;
  if (Array.isArray(part)) return part.map((each: unknown) => replaced(each, given)) as T;
  const chain = part as unknown as Value;
  const name = chain.kind === 'chain' ? nameOf(chain) : undefined;
  const value = name === undefined ? undefined : given.get(name);
  if (value) return value as T;
  return Object.fromEntries(Object.entries(part).map(([key, each]) => [key, replaced(each, given)])) as T;
}
