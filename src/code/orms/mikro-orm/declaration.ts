import type { TextRange } from '../../../nouns/text-range';
import type { Value } from '../../facts/values';
import type { EntityFilter, PropKind } from './entity';

/** An entity as the program declares it, before names are made. */
export interface Declaration {
  readonly name: string;
  readonly table?: string;
  readonly schema?: string;
  readonly props: readonly PropDeclaration[];
  readonly filters: readonly EntityFilter[];
  readonly isEmbeddable?: true;
  readonly uri: string;
  readonly range: TextRange;
  readonly notes: readonly string[];
}

export interface PropDeclaration {
  readonly name: string;
  readonly kind: PropKind;
  readonly type?: string;
  readonly fieldNames?: readonly string[];
  readonly target?: Target;
  readonly isPrimary: boolean;
  readonly isUnique: boolean;
  readonly isNullable: boolean;
  readonly isLazy: boolean;
  readonly isEager: boolean;
  readonly isVirtual: boolean;
  readonly hasDefault: boolean;
  readonly default?: Value;
  readonly owner?: boolean;
  readonly mappedBy?: string;
  readonly inversedBy?: string;
  readonly pivotTable?: string;
  readonly joinColumns?: readonly string[];
  readonly inverseJoinColumns?: readonly string[];
  /** Of an embedded object: `object: true` keeps it as JSON. */
  readonly isObject: boolean;
  readonly prefix?: string | false;
  readonly orderBy?: Value;
  readonly range: TextRange;
}

export type Target = { readonly key: string } | { readonly name: string };

export function declarationKey(uri: string, range: TextRange): string {
  return `${uri}#${range.start}`;
}
