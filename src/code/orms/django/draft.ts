import type { ClassFacts, FieldFacts, FileFacts } from '../../facts/facts';
import type { Value } from '../../facts/values';
import type { Association, ModelColumn } from '../../models/model';

/** A model before its relations are linked. */
export interface Draft {
  readonly class: ClassFacts;
  readonly file: FileFacts;
  readonly app: string;
  readonly table: string;
  readonly columns: ModelColumn[];
  readonly associations: Association[];
  readonly queryNames: Record<string, string>;
  readonly ordering: readonly string[];
  readonly nullable: string[];
  readonly managers: string[];
  readonly setOnSave: string[];
  readonly hooks: readonly string[];
  readonly primaryKey: string;
  readonly relations: Relation[];
  readonly parent?: string;
}

export interface Relation {
  readonly field: FieldFacts;
  readonly kind: string;
  readonly options: Value | undefined;
  readonly to: Value | undefined;
  readonly column: string;
  readonly file: FileFacts;
}
