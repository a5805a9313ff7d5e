import type { QuerySite, SourceDocument } from '../../nouns/query-site';
import { tokens } from '../../sql/lexer';
import type { SqlParser } from '../../sql/parser';
import { bindPlaceholders, findPlaceholders } from '../../sql/placeholders';
import { type PsqlVariable, psqlVariables } from '../../sql/psql';
import { MappedText } from '../../sql/source-map';
import { type ScriptPart, splitScript } from '../../sql/split';
import type { Language } from '../language';
import { settleSplices } from '../splices';

/** Scripts: every statement is a site, but for those in MySQL's `quotes`. */
export class SqlLanguage implements Language {
  readonly languageIds = ['sql', 'pgsql', 'postgres', 'plpgsql'];
  readonly #parser: SqlParser;

  constructor(parser: SqlParser) {
    this.#parser = parser;
  }

  find(document: SourceDocument): QuerySite[] {
    const parts = splitScript(document.text);
    const variables = psqlVariables(document.text);
    return parts
      .flatMap((part) => this.#whole(document, part))
      .map((part) => this.#site(document, part, variables))
      .filter(({ sql }) => !(sql.includes('`') && isMySql(sql) && !this.#parser.parse(sql).ok));
  }

  /** A wrong statement that swallows others, for want of a quote, is cut up again. */
  #whole(document: SourceDocument, part: ScriptPart): ScriptPart[] {
    if (!part.swallows || this.#parser.parse(part.text).ok) return [part];
    const { start } = part.range;
    return splitScript(document.text.slice(start, part.range.end), { recover: true }).map((piece) => ({
      ...piece,
      range: { start: piece.range.start + start, end: piece.range.end + start },
    }));
  }

  #site(document: SourceDocument, part: ScriptPart, variables: readonly PsqlVariable[]): QuerySite {
    const verbatim = withVariables(part, variables);
    const placeholders = findPlaceholders(verbatim.text);
    let bound = bindPlaceholders(verbatim, placeholders);
    let replaced: QuerySite['replaced'];
    if (placeholders.some(({ number }) => number === undefined) && !this.#parser.parse(bound.text.text).ok) {
      const settled = settleSplices(this.#parser, verbatim, placeholders);
      bound = settled;
      replaced = settled.replaced;
    }
    return {
      uri: document.uri,
      range: part.range,
      library: 'sql',
      sql: bound.text.text,
      parameters: bound.parameters,
      sourceMap: bound.text.sourceMap,
      ...(replaced === undefined || replaced.length === 0 ? {} : { replaced }),
    };
  }
}

/** UPDATE `posts` SET … */
function isMySql(sql: string): boolean {
  return tokens(sql).some(({ start, end, kind }) => kind === 'operator' && sql.slice(start, end).includes('`'));
}

/** `:author` with what `\\set author 17` said last before the statement. */
function withVariables(part: ScriptPart, variables: readonly PsqlVariable[]): MappedText {
  const verbatim = MappedText.verbatim(part.text, part.range.start);
  if (variables.length === 0) return verbatim;
  const edits = findPlaceholders(part.text).flatMap(({ range, source, name }) => {
    if (!source.startsWith(':') || name === undefined) return [];
    const value = variables.filter((one) => one.name === name && one.end <= part.range.start).at(-1)?.value;
    if (value === undefined) return [];
    const quote = source[1] === "'" || source[1] === '"' ? source[1] : '';
    return [{ range, newText: `${quote}${quote === '' ? value : value.replaceAll(quote, quote + quote)}${quote}` }];
  });
  return verbatim.replace(edits);
}
