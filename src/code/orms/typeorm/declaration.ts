import type { TextRange } from '../../../nouns/text-range';
import type { Value } from '../../facts/values';
import type { EntityColumn, RelationKind, TreeKind } from './entity';

/** An entity as the program declares it, by decorators or by an EntitySchema, before names are made. */
export interface Declaration {
  readonly name: string;
  readonly table?: string;
  readonly schema?: string;
  readonly orderBy: readonly { readonly path: string; readonly direction: string }[];
  readonly columns: readonly ColumnDeclaration[];
  readonly relations: readonly RelationDeclaration[];
  readonly embeddeds: readonly string[];
  readonly tree?: TreeKind;
  /** Of the class at the top of a single-table inheritance. */
  readonly inheritance?: { readonly column: string | undefined };
  /** A class below one: the key of its parent's declaration. */
  readonly parent?: string;
  readonly discriminatorValue?: string;
  readonly uri: string;
  readonly range: TextRange;
  readonly notes: readonly string[];
}

export interface ColumnDeclaration {
  readonly path: string;
  readonly property: string;
  readonly name?: string;
  readonly prefixes: readonly string[];
  readonly type?: string;
  readonly isPrimary: boolean;
  readonly generated?: EntityColumn['generated'];
  readonly isSelected: boolean;
  readonly isInserted: boolean;
  readonly isUpdated: boolean;
  readonly isNullable: boolean;
  readonly default?: Value;
  readonly role?: EntityColumn['role'];
  readonly range: TextRange;
}

export interface RelationDeclaration {
  readonly path: string;
  readonly property: string;
  readonly prefixes: readonly string[];
  readonly kind: RelationKind;
  /** A class (its key), or a name. */
  readonly target: { readonly key: string } | { readonly name: string } | undefined;
  /** The property at the other end. */
  readonly inverse?: string;
  readonly isNullable: boolean;
  readonly isPrimary: boolean;
  readonly isEager: boolean;
  readonly isLazy: boolean;
  /** `@JoinColumn()`: undefined when there is none. */
  readonly joinColumns?: readonly NamedColumn[];
  readonly joinTable?: {
    readonly name?: string;
    readonly schema?: string;
    readonly joinColumns: readonly NamedColumn[];
    readonly inverseJoinColumns: readonly NamedColumn[];
  };
  readonly range: TextRange;
}

export interface NamedColumn {
  readonly name?: string;
  readonly referenced?: string;
}

/** Tells declarations apart that have the same name in different files. */
export function declarationKey(uri: string, range: TextRange): string {
  return `${uri}#${range.start}`;
}
