import type { Model } from '../../models/model';

/** What a model says beside tables and columns. */
export interface DjangoDetails {
  /** The names that lookups use: `comments` → `comment` where only `related_query_name` or no name is given. */
  readonly queryNames: Readonly<Record<string, string>>;
  /** `Meta.ordering` as written: ['-created_at']. */
  readonly ordering: readonly string[];
  /** Properties of columns that may be null. */
  readonly nullable: readonly string[];
  /** Fields that set themselves when a row is saved: `auto_now`. */
  readonly setOnSave: readonly string[];
  /** Names of its managers beside `objects`: `published = PublishedManager()`. */
  readonly managers: readonly string[];
  readonly app: string;
  /** It takes the place of Django's own user. */
  readonly isUser?: true;
  /** Fields whose values need the library to be written: no statement is made of them. */
  readonly parent?: string;
}

export function detailsOf(model: Model): DjangoDetails {
  return model.details as unknown as DjangoDetails;
}
