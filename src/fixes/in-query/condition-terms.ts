import type { Model } from '../../code/models/model';

/** `status = 'draft'`: a column and what it must be, as the text has it. */
export interface Term {
  readonly property: string;
  /** `'draft'`, `3`, `true` */
  readonly literal: string;
}

/** Types by which PostgreSQL's `=` and JavaScript's `===` agree; a bigint or a numeric is text in the program. */
const typesOf: Readonly<Record<'text' | 'integer' | 'boolean', RegExp>> = {
  text: /^(?:text|varchar|character varying)(?:\(\d+\))?$/i,
  integer: /^(?:smallint|int|integer|int2|int4|serial|smallserial)$/i,
  boolean: /^bool(?:ean)?$/i,
};

/**
 * `(post) => post.status === 'draft' && post.isPublic` → what WHERE says in exactly the same way. Undefined for anything
 * else: `!==` and `!` hold for null in the program and not in SQL, values that are not constant may be null or undefined.
 */
export function termsOf(callback: string, model: Model | undefined, library: string): readonly Term[] | undefined {
  const [, row, body] = /^\(?\s*([A-Za-z_$][\w$]*)\s*\)?\s*=>\s*([^{][\s\S]*)$/.exec(callback) ?? [];
  if (row === undefined || body === undefined || !model) return undefined;
  const terms = body.split('&&').map((text) => termOf(text.trim(), row, model, library));
  const known = terms.filter((term) => term !== undefined);
  const isOnce = new Set(known.map(({ property }) => property)).size === known.length;
  return known.length === terms.length && isOnce ? known : undefined;
}

function termOf(text: string, row: string, model: Model, library: string): Term | undefined {
  const [, own, property = '', literal = 'true'] =
    /^([\w$]+)\.([A-Za-z_$][\w$]*)(?:\s*===\s*('[^'\\\n]*'|"[^"\\\n]*"|\d{1,9}|true|false))?$/.exec(text) ?? [];
  const column = model.columns.find((one) => one.property === property);
  const type = column?.type;
  if (own !== row || type === undefined || column?.isTransformed) return undefined;
  // What is text for TypeScript or JSON may be citext or char(8) for the database.
  if (/^['"]/.test(literal) && /^(?:kysely|objection)$/.test(library)) return undefined;
  const kind = /^['"]/.test(literal) ? 'text' : /^\d/.test(literal) ? 'integer' : 'boolean';
  return typesOf[kind].test(type) ? { property, literal } : undefined;
}
