import type { TextRange } from '../../../nouns/text-range';
import { quoteIdentifier } from '../../../sql/identifiers';
import type { GeneratedParameter, GeneratedStatement } from '../orm';
import { type SqlText, sql, statementOf } from '../support/sql-text';
import { type Argument, type ArgumentReader, isUnknown, parameterOf } from './arguments';
import type { ResolvedSchema } from './models';
import { enumName } from './names';
import type { ScalarField, SchemaModel } from './schema';

/** What is gathered while one call is read: its statements, and what is not known of them. */
export class Request {
  readonly statements: GeneratedStatement[] = [];
  readonly notes = new Set<string>();
  readonly loads: { path: string; range: TextRange; columns?: readonly string[] }[] = [];
  /** The relations come in the same statement (`relationJoins`). */
  relationJoins = false;
  #aliases = 0;
  #places = new Map<string, TextRange>();
  readonly #searches = new WeakMap<
    SqlText,
    { readonly columns: readonly SqlText[]; readonly query: GeneratedParameter }
  >();

  constructor(
    readonly schema: ResolvedSchema,
    readonly reader: ArgumentReader,
    /** The call's name, for parameters that stand nowhere in the program. */
    readonly nameRange: TextRange,
  ) {}

  model(name: string): SchemaModel | undefined {
    return this.schema.models.get(name);
  }

  alias(): number {
    return this.#aliases++;
  }

  send(text: SqlText, options: { isFollowUp?: boolean } = {}): void {
    const statement = statementOf(text, this.#places);
    this.#places = new Map();
    this.statements.push(options.isFollowUp ? { ...statement, isFollowUp: true } : statement);
  }

  /** The program's name for a column or a table of the statement that is sent next. */
  named(column: string, keyRange: TextRange): void {
    if (!this.#places.has(column)) this.#places.set(column, keyRange);
  }

  /** `OFFSET 0`, `false` of a default. */
  constant(constant: string | number | boolean | null): SqlText {
    return [{ source: String(constant), constant, range: this.nameRange }];
  }

  /** Known when the statement before was answered, or made by Prisma: `ids of posts`, `now()`. */
  runtime(source: string): SqlText {
    return [{ source, range: this.nameRange }];
  }

  /** A value as it is bound for a field; enums go as text. */
  value(argument: Argument, field: ScalarField): SqlText {
    return asValue([enumParameter(argument, field)], field);
  }

  /** What an enum's default is, or a value of the program that is no literal. */
  text(value: SqlText, field: ScalarField): SqlText {
    return asValue(value, field);
  }

  /** `title: { search: query }` */
  search(columns: readonly SqlText[], query: GeneratedParameter): SqlText {
    const text = sql`to_tsvector(concat_ws(' ', ${list(columns)})) @@ to_tsquery(${[query]})`;
    this.#searches.set(text, { columns, query });
    return text;
  }

  /** Searches of several columns for the same words are one search of all, behind the other conditions. */
  withFoldedSearches(conditions: readonly SqlText[]): readonly SqlText[] {
    const searches = conditions.flatMap((each) => this.#searches.get(each) ?? []);
    if (searches.length === 0) return conditions;
    const folded = [...new Set(searches.map(({ query }) => query.source))].flatMap((source) => {
      const [first, ...rest] = searches.filter(({ query }) => query.source === source);
      return first
        ? [
            this.search(
              [...rest, first].flatMap(({ columns }) => columns),
              first.query,
            ),
          ]
        : [];
    });
    return [...conditions.filter((each) => !this.#searches.has(each)), ...folded];
  }

  /** Says that something is built at run time, once for each sentence. */
  note(sentence: string): void {
    this.notes.add(sentence);
  }

  /** A number that the program gives: undefined when it gives none. */
  number(argument: Argument | undefined): { readonly known?: number; readonly text: SqlText } | undefined {
    if (argument === undefined || (!isUnknown(argument) && argument.value.kind !== 'literal')) return undefined;
    const parameter = parameterOf(argument);
    return typeof parameter.constant === 'number'
      ? { known: parameter.constant, text: [parameter] }
      : { text: [parameter] };
  }
}

function asValue(value: SqlText, field: ScalarField): SqlText {
  const name = enumName(field);
  if (name === undefined) return value;
  return field.isList ? sql`CAST(${value}::text[] AS ${name}[])` : sql`CAST(${value}::text AS ${name})`;
}

/** `role: 'ADMIN'` is sent as the name that the database knows: `admin`. */
function enumParameter(argument: Argument, field: ScalarField): GeneratedParameter {
  const parameter = parameterOf(argument);
  const { value } = argument;
  const name =
    typeof parameter.constant === 'string'
      ? parameter.constant
      : value.kind === 'chain' && value.links.length === 1
        ? value.links[0]?.name
        : undefined;
  const stored = name === undefined ? undefined : field.enum?.values.get(name);
  return stored === undefined ? parameter : { ...parameter, constant: stored };
}

export function both(conditions: readonly SqlText[]): SqlText {
  return combined(conditions, ' AND ');
}

export function either(conditions: readonly SqlText[]): SqlText {
  return combined(conditions, ' OR ');
}

function combined(conditions: readonly SqlText[], by: string): SqlText {
  const [only] = conditions;
  if (only === undefined) return ['1 = 1'];
  if (conditions.length === 1) return only;
  return ['(', ...conditions.flatMap((each, i) => (i === 0 ? each : [by, ...each])), ')'];
}

export function list(texts: readonly SqlText[]): SqlText {
  return texts.flatMap((text, i) => (i === 0 ? text : [', ', ...text]));
}

/** undefined is no piece, and not an empty one. */
export function present(text: SqlText | undefined): SqlText[] {
  return text === undefined ? [] : [text];
}

export function aliased(name: string): string {
  return quoteIdentifier(name);
}
