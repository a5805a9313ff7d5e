import type { Datum, Dict } from './datum';
import type { Association, SequelizeModel } from './declared';

/** What is selected: an attribute, a column (or SQL) under another name, or SQL without a name. */
export type Selected = string | { readonly of: string | Datum; readonly as: string } | { readonly sql: Datum };

interface Level {
  readonly model: SequelizeModel;
  where?: Datum | undefined;
  include: Include[];
  hasDuplicating: boolean;
  hasRequired: boolean;
  hasMultiAssociation: boolean;
  hasSingleAssociation: boolean;
  hasParentRequired: boolean;
  isRequired: boolean;
}

/** The options of a find as `_validateIncludedElements` and its like leave them. */
export interface Finder extends Level {
  attributes?: Selected[] | undefined;
  /** As the program wrote it, with names of attributes. */
  readonly options: Dict;
  readonly limit?: Datum | undefined;
  readonly offset?: Datum | undefined;
  subQuery: boolean;
  /** Of a count: joins are made and nothing is read from them. */
  readonly ignoresIncluded: boolean;
  readonly tableAs?: string;
}

export interface Include extends Level {
  readonly association: Association;
  readonly as: string;
  attributes: Selected[];
  readonly options: Dict;
  /** undefined for the outermost. */
  readonly parent: Include | undefined;
  readonly top: Finder;
  readonly isSeparate: boolean;
  isDuplicating: boolean;
  subQuery: boolean;
  subQueryFilter: boolean;
  readonly through?: Through;
}

export interface Through {
  readonly model: SequelizeModel;
  readonly as: string;
  readonly attributes: Selected[];
  where?: Datum | undefined;
}

export interface FinderNotes {
  add(note: string): void;
}
