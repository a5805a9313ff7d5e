import { join } from 'node:path';
import { QuerySiteFinder } from '../../src/code/find-query-sites';
import type { QuerySite } from '../../src/nouns/query-site';
import { SqlParser } from '../../src/sql/parser';
import { wholePaths } from './whole-paths';

const grammarFolder = join(import.meta.dirname, '../../node_modules/@vscode/tree-sitter-wasm/wasm');

/** What is found in source text of one language. */
export class StringSites {
  readonly parser: SqlParser;
  readonly #finder: QuerySiteFinder;
  readonly #languageId: string;

  private constructor(parser: SqlParser, finder: QuerySiteFinder, languageId: string) {
    this.parser = parser;
    this.#finder = finder;
    this.#languageId = languageId;
  }

  static async load(languageId: string): Promise<StringSites> {
    const parser = await SqlParser.load();
    const finder = await QuerySiteFinder.load({ parser, grammarFolder, roles: wholePaths });
    await finder.prepare(languageId);
    return new StringSites(parser, finder, languageId);
  }

  find(text: string): QuerySite[] {
    return this.#finder.find({ uri: 'src/posts', languageId: this.#languageId, text });
  }

  sql(text: string): string[] {
    return this.find(text).map(({ sql }) => sql.replace(/\s+/g, ' '));
  }

  /** The heads of the loops around the queries; '' where there is none. */
  loops(text: string): string[] {
    return this.find(text).map(({ loop }) =>
      loop ? `${loop.kind}: ${text.slice(loop.range.start, loop.range.end)}` : '',
    );
  }

  parameters(text: string): string[] {
    return this.find(text).flatMap(({ parameters }) => parameters.map(({ source, kind }) => `${source} ${kind}`));
  }

  /** What stands in the document where the word is in the SQL: must be the same but for escapes. */
  placeOf(text: string, word: string): string {
    for (const { sql, sourceMap } of this.find(text)) {
      const start = sql.indexOf(word);
      if (start < 0) continue;
      const range = sourceMap.rangeToDocument({ start, end: start + word.length });
      return text.slice(range.start, range.end);
    }
    return '';
  }
}
