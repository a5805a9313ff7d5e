import type { QuerySite, SourceDocument } from '../../nouns/query-site';
import type { SqlParser } from '../../sql/parser';
import { bindPlaceholders, findPlaceholders } from '../../sql/placeholders';
import { MappedText } from '../../sql/source-map';
import { type ScriptPart, splitScript } from '../../sql/split';
import type { Language } from '../language';
import { settleSplices } from '../splices';

/** Scripts: every statement is a site. */
export class SqlLanguage implements Language {
  readonly languageIds = ['sql', 'pgsql', 'postgres', 'plpgsql'];
  readonly #parser: SqlParser;

  constructor(parser: SqlParser) {
    this.#parser = parser;
  }

  find(document: SourceDocument): QuerySite[] {
    const parts = splitScript(document.text);
    return parts.flatMap((part) => this.#whole(document, part)).map((part) => this.#site(document, part));
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

  #site(document: SourceDocument, part: ScriptPart): QuerySite {
    const verbatim = MappedText.verbatim(part.text, part.range.start);
    const placeholders = findPlaceholders(part.text);
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
