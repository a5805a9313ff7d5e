import type { CatalogQuery } from '../gate';

/** A CHECK of a domain: it runs whenever a value becomes one of the type, and no plan shows it. */
export interface DomainCheck {
  /** The domain's. */
  readonly oid: number;
  readonly name: string;
  /** `CHECK ((VALUE > 0))` */
  readonly check: string;
}

/** Those of the database's own domains. */
export async function domainChecks(query: CatalogQuery): Promise<DomainCheck[]> {
  return query<DomainCheck>(
    `SELECT t.oid::int8::int AS oid, t.typname AS name, pg_get_constraintdef(c.oid) AS check
     FROM pg_constraint c JOIN pg_type t ON t.oid = c.contypid
     WHERE c.contype = 'c' AND t.typnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)`,
  );
}

/** Taken for yes where it is only part of another word: this decides what is looked at more closely. */
export function mentionsDomain(text: string, { name }: DomainCheck): boolean {
  return text.toLowerCase().includes(name.toLowerCase());
}
