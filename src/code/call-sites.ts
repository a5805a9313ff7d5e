import type { GeneratedBy, Parameter, QuerySite, SourceMap } from '../nouns/query-site';
import type { TextRange } from '../nouns/text-range';
import { type Token, tokens } from '../sql/lexer';
import type { FoundCall, GeneratedParameter, GeneratedStatement, OrmCall } from './orms/orm';

/** What is sent of a call to whoever shows it: plain data without the file that it stands in. */
export interface SentCall {
  readonly uri: string;
  /** The whole call. */
  readonly range: TextRange;
  readonly variants: readonly Pick<OrmCall, 'library' | 'nameRange' | 'notes' | 'statements'>[];
  readonly combinations: number;
}

export function sentCall({ uri, chain, variants, combinations }: FoundCall): SentCall {
  return {
    uri,
    range: chain.range,
    variants: variants.map(({ library, nameRange, notes, statements }) => ({ library, nameRange, notes, statements })),
    combinations,
  };
}

/** A call's statements as query sites, those of the likeliest form first; what two forms send alike stands once. */
export function sitesOfCall({ uri, range, variants, combinations }: SentCall): QuerySite[] {
  const sites = new Map<string, QuerySite & { readonly call: GeneratedBy }>();
  for (const [index, call] of variants.entries()) {
    for (const [statement, generated] of call.statements.entries()) {
      const known = sites.get(generated.sql);
      if (known !== undefined) {
        const forms = [...new Set([...known.call.forms, index + 1])];
        sites.set(generated.sql, { ...known, call: { ...known.call, forms } });
        continue;
      }
      const by: GeneratedBy = {
        nameRange: call.nameRange,
        statement: statement + 1,
        statements: call.statements.length,
        forms: [index + 1],
        formCount: variants.length,
        notes: notesOf(call, variants.length, combinations),
      };
      const { library } = call;
      sites.set(generated.sql, { uri, range, library, ...textOf(generated, call.nameRange), call: by });
    }
  }
  return [...sites.values()];
}

/** A call that sends queries whose SQL is not known, and why. */
export interface CallWithoutSql {
  /** The whole call. */
  readonly range: TextRange;
  /** `findAll` */
  readonly nameRange: TextRange;
  readonly library: string;
  readonly notes: readonly string[];
}

/** Undefined where some form of the call has SQL, and where nothing can be said. */
export function callWithoutSql({ range, variants }: SentCall): CallWithoutSql | undefined {
  const [first] = variants;
  if (!first || variants.some(({ statements }) => statements.length > 0)) return undefined;
  const notes = [...new Set(variants.flatMap((variant) => variant.notes))];
  return notes.length === 0 ? undefined : { range, nameRange: first.nameRange, library: first.library, notes };
}

function textOf(
  { sql, parameters, places }: GeneratedStatement,
  nameRange: TextRange,
): Pick<QuerySite, 'sql' | 'parameters' | 'sourceMap'> {
  return {
    sql,
    parameters: parameters.map((parameter, i) => toParameter(parameter, i + 1)),
    sourceMap: new CallSourceMap(sql, { parameters, places: places ?? new Map(), nameRange }),
  };
}

function toParameter({ source, range, constant }: GeneratedParameter, index: number): Parameter {
  const value = constant === undefined ? {} : { constant: constant === null ? null : String(constant) };
  return { index, source, range, kind: 'value', ...value };
}

function notesOf(call: Pick<OrmCall, 'notes'>, shown: number, combinations: number): readonly string[] {
  if (combinations <= shown) return call.notes;
  return [...call.notes, `${combinations - shown} more combinations of conditions are not shown.`];
}

/** From a name or a parameter of the generated text to the property or the value that it comes from; else to the call's name. */
class CallSourceMap implements SourceMap {
  readonly #sql: string;
  readonly #from: {
    readonly parameters: readonly GeneratedParameter[];
    readonly places: ReadonlyMap<string, TextRange>;
    readonly nameRange: TextRange;
  };

  constructor(
    sql: string,
    from: {
      readonly parameters: readonly GeneratedParameter[];
      readonly places: ReadonlyMap<string, TextRange>;
      readonly nameRange: TextRange;
    },
  ) {
    this.#sql = sql;
    this.#from = from;
  }

  toDocument(offset: number): number {
    return this.rangeToDocument({ start: offset, end: offset + 1 }).start;
  }

  rangeToDocument(range: TextRange): TextRange {
    for (const token of tokens(this.#sql)) {
      if (token.start >= range.end) break;
      if (token.end <= range.start) continue;
      const place = this.#placeOf(token);
      if (place !== undefined) return place;
    }
    return this.#from.nameRange;
  }

  #placeOf(token: Token): TextRange | undefined {
    const text = this.#sql.slice(token.start, token.end);
    if (token.kind === 'parameter') return this.#from.parameters[Number(text.slice(1)) - 1]?.range;
    if (token.kind === 'quoted name') return this.#from.places.get(text.slice(1, -1).replaceAll('""', '"'));
    return token.kind === 'word' ? this.#from.places.get(text) : undefined;
  }
}
