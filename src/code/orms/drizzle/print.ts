import type { TextRange } from '../../../nouns/text-range';
import { parameterOf } from '../interpreter/things';
import type { GeneratedStatement } from '../orm';
import { withPastedText } from '../support/pasted-text';
import { type SqlText, statementOf } from '../support/sql-text';
import { Aliased, BareColumn, type Chunk, Column, Name, Param, Query, Sql, Subquery, Table } from './chunks';

export type Casing = 'snake_case' | 'camelCase' | undefined;

/** As drizzle's `casing` makes column names of keys; a name that is given is left as it is. */
export function cased(name: string, casing: Casing): string {
  if (casing === undefined) return name;
  const words = name.replace(/['\u2019]/g, '').match(/[\da-z]+|[A-Z]+(?![a-z])|[A-Z][\da-z]+/g) ?? [];
  if (casing === 'snake_case') return words.map((word) => word.toLowerCase()).join('_');
  return words
    .map((word, i) => (i === 0 ? word.toLowerCase() : `${word.charAt(0).toUpperCase()}${word.slice(1)}`))
    .join('');
}

/** The statement as PgDialect and SQL.toQuery of drizzle-orm write it. */
export function printed(sql: Sql, casing: Casing): GeneratedStatement {
  const places = new Map<string, TextRange>();
  const printer = new Printer(casing, places);
  return { ...statementOf(withPastedText(printer.text(sql.chunks))), places };
}

class Printer {
  readonly #casing: Casing;
  readonly #places: Map<string, TextRange>;

  constructor(casing: Casing, places: Map<string, TextRange>) {
    this.#casing = casing;
    this.#places = places;
  }

  text(chunks: readonly Chunk[]): SqlText {
    return chunks.flatMap((chunk) => this.#chunk(chunk));
  }

  #chunk(chunk: Chunk): SqlText {
    if (typeof chunk === 'string') return [chunk];
    if (chunk instanceof Name) return [this.#name(chunk.name, chunk.range)];
    if (chunk instanceof Sql) return this.text(chunk.chunks);
    if (chunk instanceof Table) return [this.#table(chunk)];
    if (chunk instanceof Column) {
      return [`${this.#table(chunk.table)}.${this.#name(columnName(chunk, this.#casing), chunk.range)}`];
    }
    if (chunk instanceof BareColumn) return [this.#name(columnName(chunk.column, this.#casing), chunk.column.range)];
    if (chunk instanceof Param) return [parameterOf(chunk.value)];
    if (chunk instanceof Aliased) return [this.#name(chunk.alias)];
    if (chunk instanceof Subquery) {
      if (chunk.isWith) return [this.#name(chunk.alias)];
      return ['(', ...this.text(chunk.sql.chunks), ') ', this.#name(chunk.alias)];
    }
    if (chunk instanceof Query) return ['(', ...this.text(chunk.sql().chunks), ')'];
    if (chunk.kind === 'constant' && chunk.value === undefined) return [];
    if (chunk.kind === 'list') {
      // One stands for those that are not known.
      if (chunk.items.length === 0) return ['(', { source: '[…]', range: chunk.range }, ')'];
      return ['(', ...chunk.items.flatMap((item, i) => [i > 0 ? ', ' : '', ...this.#chunk(item)]), ')'];
    }
    if (chunk.kind === 'unknown' && chunk.type === 'array') return ['(', parameterOf(chunk), ')'];
    return [parameterOf(chunk)];
  }

  #table(table: Table): string {
    if (table.alias !== undefined) return this.#name(table.alias);
    return `${table.schema === undefined ? '' : `${this.#name(table.schema)}.`}${this.#name(table.name)}`;
  }

  #name(name: string, range?: TextRange): string {
    if (range !== undefined && !this.#places.has(name)) this.#places.set(name, range);
    return `"${name.replaceAll('"', '""')}"`;
  }
}

export function columnName({ facts }: Column, casing: Casing): string {
  return facts.name ?? cased(facts.property, casing);
}
