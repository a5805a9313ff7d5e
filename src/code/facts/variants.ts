import type {
  Branch,
  ChainValue,
  ChoiceValue,
  Element,
  Entry,
  FunctionStep,
  Link,
  ObjectValue,
  Spread,
  Value,
} from './values';

export interface Variants {
  /** Without choices and branches. The fullest first, then the barest, then with one optional part each. */
  readonly variants: readonly ChainValue[];
  /** How many ways there are through the decisions; more than `variants` when not all of them are here. */
  readonly combinations: number;
}

/** Which arm of each decision is taken. */
type Arms = ReadonlyMap<number, number>;

interface Decision {
  /** The arms worth telling apart, the one with most parts first; the last one has the fewest. */
  readonly arms: readonly number[];
}

/**
 * All forms that a chain may have: `find({ where: { id, …(status && { status }) } })` is with and without `status`.
 * Things with the same branch id and arm are there together.
 */
export function variantsOf(chain: ChainValue, most = 8): Variants {
  const decisions = decisionsOf(chain);
  if (decisions.size === 0) return { variants: [chain], combinations: 1 };
  const combinations = [...decisions.values()].reduce((product, { arms }) => product * arms.length, 1);
  const variants: ChainValue[] = [];
  const seen = new Set<string>();
  for (const arms of orderOf(decisions, most)) {
    const used = new Map<number, number>();
    const settled = new Settler(arms, used).chain(chain);
    // An inner decision does not matter where the outer one is not taken.
    const key = [...used].sort(([a], [b]) => a - b).join(';');
    if (seen.has(key)) continue;
    seen.add(key);
    variants.push(settled);
    if (variants.length === most) break;
  }
  const isComplete = variants.length < most;
  return { variants, combinations: isComplete ? variants.length : Math.max(variants.length, combinations) };
}

/** A value with every decision settled as in the chain's first variant: the fullest. */
export function fullestOf(value: Value): Value {
  const { range } = value;
  const chain: ChainValue = { kind: 'chain', root: value, rootRange: range, links: [], range };
  const root = variantsOf(chain, 1).variants[0]?.root;
  return root === undefined || typeof root === 'string' ? value : root;
}

function decisionsOf(value: Value): Map<number, Decision> {
  const counts = new Map<number, { of: number; isScalar: boolean; parts: Map<number, number> }>();
  const add = (branch: Branch | undefined, weight: number, isScalar: boolean) => {
    for (let each = branch; each !== undefined; each = each.within) {
      const known = counts.get(each.id) ?? { of: each.of, isScalar: true, parts: new Map<number, number>() };
      known.isScalar &&= isScalar;
      counts.set(each.id, known);
      known.parts.set(each.arm, (known.parts.get(each.arm) ?? 0) + weight);
    }
  };
  forEachBranch(value, add);
  const decisions = new Map<number, Decision>();
  const sorted = [...counts].sort(([a, x], [b, y]) => Number(x.isScalar) - Number(y.isScalar) || a - b);
  for (const [id, { of, parts }] of sorted) {
    const arms = [...parts].sort(([a, n], [b, m]) => m - n || a - b).map(([arm]) => arm);
    // One arm stands for all that add nothing.
    const empty = Array.from({ length: of }, (_, arm) => arm).find((arm) => !parts.has(arm));
    decisions.set(id, { arms: empty === undefined ? arms : [...arms, empty] });
  }
  return decisions;
}

/** The fullest, the barest, each decision's other arms with the rest bare, then with the rest full, then all others. */
function* orderOf(decisions: ReadonlyMap<number, Decision>, most: number): Generator<Arms> {
  const all = [...decisions];
  const fullest = new Map(all.map(([id, { arms }]) => [id, arms[0] ?? 0]));
  const barest = new Map(all.map(([id, { arms }]) => [id, arms.at(-1) ?? 0]));
  yield fullest;
  yield barest;
  for (const base of [barest, fullest]) {
    for (const [id, { arms }] of all) {
      for (const arm of arms) if (base.get(id) !== arm) yield new Map([...base, [id, arm]]);
    }
  }
  // Odometer over the rest; what was there before is recognised by the caller.
  const positions = all.map(() => 0);
  for (let turns = 0; turns < most * 64; turns++) {
    yield new Map(all.map(([id, { arms }], i) => [id, arms[positions[i] ?? 0] ?? 0]));
    let i = 0;
    for (; i < all.length; i++) {
      positions[i] = (positions[i] ?? 0) + 1;
      if ((positions[i] ?? 0) < (all[i]?.[1].arms.length ?? 0)) break;
      positions[i] = 0;
    }
    if (i === all.length) return;
  }
}

type Visit = (branch: Branch | undefined, weight: number, isScalar: boolean) => void;

function forEachBranch(value: Value, visit: Visit): void {
  switch (value.kind) {
    case 'object':
      for (const entry of value.entries) {
        visit(entry.branch, 1, false);
        if (typeof entry.key !== 'string') forEachBranch(entry.key, visit);
        forEachBranch(entry.value, visit);
      }
      for (const spread of value.spreads ?? []) {
        visit(spread.branch, 1, false);
        forEachBranch(spread.value, visit);
      }
      return;
    case 'array':
      for (const element of [...value.elements, ...(value.spreads ?? [])]) {
        visit(element.branch, 1, false);
        forEachBranch(element.value, visit);
      }
      return;
    case 'chain':
      if (typeof value.root !== 'string') forEachBranch(value.root, visit);
      for (const link of value.links) {
        visit(link.branch, 1, false);
        for (const argument of link.arguments ?? []) forEachBranch(argument, visit);
      }
      return;
    case 'template':
      if (value.tag !== undefined) forEachBranch(value.tag, visit);
      for (const each of value.values) forEachBranch(each, visit);
      return;
    case 'function':
      for (const step of value.body) {
        visit(step.branch, 1, false);
        forEachBranch(step.value, visit);
      }
      return;
    case 'choice': {
      const isScalar = value.options.every((option) => isScalarValue(option.value));
      for (const option of value.options) {
        visit(option.branch, weightOf(option.value), isScalar);
        forEachBranch(option.value, visit);
      }
    }
  }
}

/** `from || ''`: one value or the other, which most often is bound in the same place. */
function isScalarValue(value: Value): boolean {
  if (value.kind === 'literal') return value.value !== undefined && value.value !== null;
  return value.kind === 'runtime' || value.kind === 'chain' || (value.kind === 'template' && value.tag === undefined);
}

/** `status ? { status } : {}`: the arm with more in it is the fuller one. */
function weightOf(value: Value): number {
  if (value.kind === 'literal') return value.value === undefined || value.value === null || value.value === '' ? 0 : 1;
  if (value.kind === 'object') return 1 + value.entries.length;
  if (value.kind === 'array') return 1 + value.elements.length;
  return 1;
}

/** Takes one arm of each decision; what has none is shared with the original. */
class Settler {
  readonly #arms: Arms;
  readonly #used: Map<number, number>;

  constructor(arms: Arms, used: Map<number, number>) {
    this.#arms = arms;
    this.#used = used;
  }

  chain(chain: ChainValue): ChainValue {
    const root = typeof chain.root === 'string' ? chain.root : this.#value(chain.root);
    const links = this.#kept(chain.links, (link) => this.#link(link));
    if (root === chain.root && links === chain.links) return chain;
    // `(a ? query : query.where(…)).limit(1)`, a name that is one of two chains: one chain again.
    if (typeof root !== 'string' && root.kind === 'chain')
      return { ...chain, ...joined(root, links), range: chain.range };
    return { ...chain, root, links };
  }

  #value(value: Value): Value {
    switch (value.kind) {
      case 'object':
        return this.#object(value);
      case 'array': {
        const elements = this.#kept<Element>(value.elements, (element) => {
          const settled = this.#value(element.value);
          return settled === element.value ? element : { ...element, value: settled };
        });
        if (elements === value.elements && value.spreads === undefined) return value;
        const { open: _, spreads: __, ...rest } = value;
        return { ...rest, elements, ...this.#rest(value, value.elements) };
      }
      case 'chain':
        return this.chain(value);
      case 'template': {
        const tag = value.tag === undefined ? undefined : this.chain(value.tag);
        const values = same(value.values, (each) => this.#value(each));
        if (tag === value.tag && values === value.values) return value;
        return { ...value, ...(tag === undefined ? {} : { tag }), values };
      }
      case 'function': {
        const body = this.#kept<FunctionStep>(value.body, (step) => {
          const settled = this.#value(step.value);
          return settled === step.value ? step : { ...step, value: settled };
        });
        return body === value.body ? value : { ...value, body };
      }
      case 'choice':
        return this.#choice(value);
      default:
        return value;
    }
  }

  #object(value: ObjectValue): Value {
    const entries = this.#kept<Entry>(value.entries, (entry) => {
      const key = typeof entry.key === 'string' ? entry.key : this.chain(entry.key);
      const settled = this.#value(entry.value);
      return settled === entry.value && key === entry.key ? entry : { ...entry, key, value: settled };
    });
    if (entries === value.entries && value.spreads === undefined) return value;
    const { open: _, spreads: __, ...rest } = value;
    return { ...rest, entries, ...this.#rest(value, value.entries) };
  }

  /** The spreads that are taken, before the same parts as before; where none of them is, nothing is open any more. */
  #rest(
    { open, spreads }: { readonly open?: true; readonly spreads?: readonly Spread[] },
    parts: readonly { readonly branch?: Branch }[],
  ): { readonly open?: true; readonly spreads?: readonly Spread[] } {
    if (spreads === undefined) return open ? { open } : {};
    const taken = spreads.filter(({ branch }) => branch === undefined || this.#isTaken(branch));
    const settled = taken.map(({ at, value }): Spread => {
      const before = parts.slice(0, at).filter(({ branch }) => branch === undefined || this.#isTaken(branch));
      return { at: before.length, value: this.#value(value) };
    });
    return settled.length === 0 ? {} : { ...(open ? { open } : {}), spreads: settled };
  }

  #link(link: Link): Link {
    if (link.arguments === undefined) return link;
    const settled = same(link.arguments, (argument) => this.#value(argument));
    return settled === link.arguments ? link : { ...link, arguments: settled.flatMap(spread) };
  }

  #choice(choice: ChoiceValue): Value {
    const taken = choice.options.find((option) => this.#isTaken(option.branch));
    if (taken !== undefined) return this.#value(taken.value);
    return { kind: 'literal', value: undefined, range: choice.range };
  }

  #kept<T extends { readonly branch?: Branch }>(list: readonly T[], settle: (item: T) => T): readonly T[] {
    let isSame = true;
    const kept: T[] = [];
    for (const item of list) {
      if (item.branch !== undefined && !this.#isTaken(item.branch)) {
        isSame = false;
        continue;
      }
      let settled = settle(item);
      if (settled.branch !== undefined) {
        const { branch: _, ...rest } = settled;
        settled = rest as T;
      }
      if (settled !== item) isSame = false;
      kept.push(settled);
    }
    return isSame ? list : kept;
  }

  /** The outer decisions first: where they are not taken, the inner one does not matter. */
  #isTaken(branch: Branch): boolean {
    if (branch.within !== undefined && !this.#isTaken(branch.within)) return false;
    const arm = this.#arms.get(branch.id);
    if (arm !== undefined) this.#used.set(branch.id, arm);
    return arm === branch.arm;
  }
}

/** `and(...conditions)` → its elements as arguments; more that may be there is an open array, as in the facts. */
function spread(value: Value): readonly Value[] {
  if (value.kind !== 'array' || !value.isSpread) return [value];
  const elements = value.elements.map((element) => element.value);
  if (!value.open) return elements;
  const { spreads } = value;
  const rest = spreads === undefined ? {} : { spreads: spreads.map((each) => ({ ...each, at: 0 })) };
  return [...elements, { kind: 'array', elements: [], open: true, ...rest, range: value.range }];
}

function joined(root: ChainValue, links: readonly Link[]): Pick<ChainValue, 'root' | 'rootRange' | 'links' | 'isNew'> {
  return {
    root: root.root,
    rootRange: root.rootRange,
    links: [...root.links, ...links],
    ...(root.isNew === undefined ? {} : { isNew: true }),
  };
}

function same<T>(list: readonly T[], settle: (item: T) => T): readonly T[] {
  const settled = list.map(settle);
  return settled.every((item, i) => item === list[i]) ? list : settled;
}
