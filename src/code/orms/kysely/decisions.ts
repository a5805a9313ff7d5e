import { sourceOf } from '../../facts/value-access';
import type { Branch, ChainValue, Link, Value } from '../../facts/values';

/** Behind the numbers of the file's own decisions. */
const firstId = 1_000_000;

/**
 * What kysely decides itself, as decisions of the program: `.$if(wanted, (qb) => …)` is called on one way only, and
 * `.orderBy('id', direction)` is called with the one or the other.
 */
export function withDecisions(chain: ChainValue): ChainValue {
  const ids = new Map<string, number>();
  const idOf = (source: string, at: number) => {
    const known = ids.get(source) ?? firstId + at;
    ids.set(source, known);
    return known;
  };
  return new Decisions(idOf).chain(chain);
}

class Decisions {
  readonly #idOf: (source: string, at: number) => number;

  constructor(idOf: (source: string, at: number) => number) {
    this.#idOf = idOf;
  }

  chain(chain: ChainValue): ChainValue {
    const links = mapped(chain.links, (link) => this.#link(link));
    const root = typeof chain.root === 'string' ? chain.root : this.#value(chain.root);
    return links === chain.links && root === chain.root ? chain : { ...chain, root, links };
  }

  #link(link: Link): Link {
    if (link.arguments === undefined) return link;
    const given = mapped(link.arguments, (each) => this.#value(each));
    const same = given === link.arguments ? link : { ...link, arguments: given };
    const [first, second] = given;
    if (link.name === '$if' && first !== undefined) return this.#optional(same, first);
    if (link.name !== 'orderBy' || given.length !== 2 || first === undefined || second === undefined) return same;
    if (second.kind !== 'runtime' && !(second.kind === 'chain' && isPlain(second))) return same;
    return { ...same, arguments: [first, this.#direction(second)] };
  }

  #optional(link: Link, condition: Value): Link {
    if (condition.kind === 'literal')
      return condition.value ? link : { ...link, name: '$call', arguments: [unchanged(link)] };
    const id = this.#idOf(sourceOf(condition), link.range.start);
    const branch: Branch = { id, arm: 0, of: 2, ...(link.branch && { within: link.branch }) };
    return { ...link, branch };
  }

  #direction(value: Value): Value {
    const id = this.#idOf(sourceOf(value), value.range.start);
    const options = ['desc', 'asc'].map((direction, arm) => ({
      value: { kind: 'literal' as const, value: direction, range: value.range },
      branch: { id, arm, of: 2 },
    }));
    return { kind: 'choice', options, range: value.range };
  }

  #value(value: Value): Value {
    switch (value.kind) {
      case 'chain':
        return this.chain(value);
      case 'array': {
        const elements = mapped(value.elements, (each) => this.#held(each));
        return elements === value.elements ? value : { ...value, elements };
      }
      case 'object': {
        const entries = mapped(value.entries, (each) => this.#held(each));
        return entries === value.entries ? value : { ...value, entries };
      }
      case 'function': {
        const body = mapped(value.body, (each) => this.#held(each));
        return body === value.body ? value : { ...value, body };
      }
      case 'choice': {
        const options = mapped(value.options, (each) => this.#held(each));
        return options === value.options ? value : { ...value, options };
      }
      default:
        return value;
    }
  }

  #held<T extends { readonly value: Value }>(holder: T): T {
    const value = this.#value(holder.value);
    return value === holder.value ? holder : { ...holder, value };
  }
}

function isPlain({ links }: ChainValue): boolean {
  return links.every((link) => link.arguments === undefined);
}

function unchanged(link: Link): Value {
  const { range } = link;
  const name = '$same';
  const body = [
    { value: { kind: 'chain' as const, root: name, rootRange: range, links: [], range }, isReturned: true },
  ];
  return { kind: 'function', parameters: [{ name, range }], body, id: 0, range };
}

function mapped<T>(list: readonly T[], map: (item: T) => T): readonly T[] {
  const made = list.map(map);
  return made.every((item, i) => item === list[i]) ? list : made;
}
