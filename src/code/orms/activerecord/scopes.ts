import type { ClassFacts } from '../../facts/facts';
import type { FunctionValue, Link, Value } from '../../facts/values';
import type { Place } from '../../resolve/origin';
import { symbolOf, wordOf } from './symbols';

/** `scope :recent, -> { order(created_at: :desc) }`, the `-> { … }` of an association, `default_scope { … }`. */
export interface ScopeBody {
  readonly body: FunctionValue;
  readonly at: Place;
}

/** Methods of an enumeration: `enum status: { draft: 0 }` gives `Post.draft`. */
export type Enums = ReadonlyMap<string, { readonly column: string; readonly value: Value }>;

export function scopesOf(of: ClassFacts, at: Place): ReadonlyMap<string, ScopeBody> {
  return new Map(
    of.decorators.flatMap(({ links: [link] }) => {
      const name = link?.name === 'scope' ? symbolOf(link.arguments?.[0]) : undefined;
      return link && name !== undefined ? bodyOf(name, link, at) : [];
    }),
  );
}

export function defaultScopeOf(of: ClassFacts, at: Place): { readonly defaultScope?: ScopeBody } {
  const link = of.decorators.findLast(({ links }) => links[0]?.name === 'default_scope')?.links[0];
  const [found] = link ? bodyOf('', link, at) : [];
  return found ? { defaultScope: found[1] } : {};
}

export function bodyOf(name: string, link: Link, at: Place): [string, ScopeBody][] {
  const body = link.arguments?.find((value): value is FunctionValue => value.kind === 'function');
  return body ? [[name, { body, at: { ...at, function: body.id } }]] : [];
}

/** `enum status: { draft: 0, published: 1 }`, `enum :status, [:draft, :published]` */
export function enumsOf(of: ClassFacts): Enums {
  const found = new Map<string, { column: string; value: Value }>();
  for (const { links } of of.decorators) {
    const [link] = links;
    if (link?.name !== 'enum') continue;
    const [first, second] = link.arguments ?? [];
    const named = first?.kind === 'object' ? first.entries.map(({ key, value }) => ({ key, value })) : [];
    const all = symbolOf(first) === undefined || !second ? named : [{ key: symbolOf(first) ?? '', value: second }];
    for (const { key, value } of all) {
      if (typeof key !== 'string' || key.startsWith('_')) continue;
      if (value.kind === 'object') {
        for (const one of value.entries)
          if (typeof one.key === 'string') found.set(one.key, { column: key, value: one.value });
      } else if (value.kind === 'array') {
        value.elements.forEach(({ value: one }, i) => {
          const name = wordOf(one);
          if (name !== undefined)
            found.set(name, { column: key, value: { kind: 'literal', value: i, range: one.range } });
        });
      }
    }
  }
  return found;
}
