import type { TextRange } from '../../nouns/text-range';
import type { Value } from '../facts/values';

/** A table as a library's model declares it, with all names resolved as that library resolves them. */
export interface Model {
  /** `sequelize`, `prisma`, … */
  readonly library: string;
  /** `Post`; for a drizzle table the variable's name. */
  readonly name: string;
  readonly schema?: string;
  readonly table: string;
  readonly columns: readonly ModelColumn[];
  readonly associations: readonly Association[];
  /** Where it is declared. */
  readonly uri: string;
  readonly range: TextRange;
  /** Rows that are asked for have to meet a condition of the model's own: a default scope with `where`. */
  readonly hasDefaultCondition?: true;
  /** What of the program runs when a row is written, by the library's names: beforeDestroy, afterCreate. Bulk statements run none of them. */
  readonly hooks?: readonly string[];
  /** What the library alone needs: default scopes, paranoid, naming strategy. Read by the library's own file only. */
  readonly details?: Readonly<Record<string, unknown>>;
}

export interface ModelColumn {
  /** `authorId` */
  readonly property: string;
  /** `author_id` */
  readonly column: string;
  /** PostgreSQL's type where the model says it: `integer`, `timestamptz`. */
  readonly type?: string;
  readonly isPrimaryKey?: true;
  readonly isGenerated?: true;
  /** Left out of what a finder selects: TypeORM's `select: false`, a lazy scalar. */
  readonly isHidden?: true;
  readonly default?: Value;
  /** Rows have another value than the column: a getter of the program's own. */
  readonly isTransformed?: true;
  readonly range?: TextRange;
}

export interface Association {
  /** The property: `author`, `comments`. */
  readonly name: string;
  readonly kind: 'belongsTo' | 'hasOne' | 'hasMany' | 'belongsToMany';
  /** The other model's name, of the same library; `targetUri` tells those of the same name apart. */
  readonly target: string;
  readonly targetUri?: string;
  /** Columns (not properties) on the side that references, in pairs with `referenced`. For belongsToMany those of the join table to this model. */
  readonly foreignKey: readonly string[];
  readonly referenced: readonly string[];
  readonly through?: {
    readonly schema?: string;
    readonly table: string;
    /** The join table's columns to the target, and the target's. */
    readonly otherKey: readonly string[];
    readonly otherReferenced: readonly string[];
  };
  /** Loaded when it is touched (`await post.author`), not when its row is. */
  readonly isLazy?: true;
  /** Always loaded with the row. */
  readonly isEager?: true;
  readonly isNullable?: true;
  /** The property of the target that is set with the rows: each of `post.comments` has its `post`. */
  readonly inverse?: string;
  /** It brings only some of the rows that reference: a scope of its own, a modifier. */
  readonly isRestricted?: true;
  /** The file that declares it, where that may be another than its model's. */
  readonly uri?: string;
  readonly range: TextRange;
  readonly details?: Readonly<Record<string, unknown>>;
}
