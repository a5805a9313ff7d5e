import { Problem } from '../nouns/problem';
import type { QuerySite, SourceDocument } from '../nouns/query-site';
import type { SqlParser } from '../sql/parser';
import type { FileRoles } from './file-roles';
import type { Language } from './language';
import { csharp } from './languages/csharp';
import { go } from './languages/go';
import { java } from './languages/java';
import { JavaScriptLanguage } from './languages/javascript';
import { php } from './languages/php';
import { python } from './languages/python';
import { ruby } from './languages/ruby';
import { rust } from './languages/rust';
import { SqlLanguage } from './languages/sql';
import { StringLanguage } from './languages/strings/string-language';
import type { StringSyntax } from './languages/strings/syntax';

export interface QuerySiteOptions {
  readonly parser: SqlParser;
  /** The folder with tree-sitter-typescript.wasm and the other grammars. */
  readonly grammarFolder: string;
  /** Names of functions that take SQL, besides the known ones: `runQuery`. */
  readonly queryFunctions?: readonly string[];
  readonly roles: FileRoles;
}

/** One line for each language in whose strings SQL is looked for. */
const stringLanguages: readonly StringSyntax[] = [python, ruby, go, java, php, csharp, rust];

/** Finds the places in source files that send a query. */
export class QuerySiteFinder {
  readonly #languages: ReadonlyMap<string, Language>;
  readonly #roles: FileRoles;

  private constructor(languages: readonly Language[], roles: FileRoles) {
    this.#roles = roles;
    this.#languages = new Map(languages.flatMap((language) => language.languageIds.map((id) => [id, language])));
  }

  static async load(options: QuerySiteOptions): Promise<QuerySiteFinder> {
    const languages = [
      new SqlLanguage(options.parser),
      await JavaScriptLanguage.load(options),
      ...stringLanguages.map((syntax) => new StringLanguage(syntax, options)),
    ];
    return new QuerySiteFinder(languages, options.roles);
  }

  /** Loads what `find` needs for documents in that language. */
  async prepare(languageId: string): Promise<void> {
    await this.#languages.get(languageId)?.prepare?.();
  }

  /**
   * In the order of the document; none for a language that we do not read and for a binary file.
   * `prepare` comes first. Throws Problem 'unsupported' when the program is nested too deeply to be walked.
   */
  find(document: SourceDocument): QuerySite[] {
    if (document.text.includes('\0') || isOfOtherDatabase(document.uri)) return [];
    const found = this.#findAll(document);
    const sites = this.#roles.isMigration(document.uri)
      ? found.map((site) => ({ ...site, runsOnce: true as const }))
      : found;
    return sites.sort((a, b) => a.range.start - b.range.start);
  }

  #findAll(document: SourceDocument): QuerySite[] {
    try {
      return this.#languages.get(document.languageId)?.find(document) ?? [];
    } catch (error) {
      // Nothing else throws it here: the walk over the tree ran out of stack.
      if (!(error instanceof RangeError)) throw error;
      throw new Problem('unsupported', 'it is too deeply nested to read', { cause: error });
    }
  }
}

/** `db/clickhouse/01_init.sql`, `migrations-sqlite/2.js`, `schema.mysql.sql`: looks at the file and the two folders around it. */
function isOfOtherDatabase(uri: string): boolean {
  const other = /(?:^|[-_.])(?:clickhouse|mysql|mariadb|sqlite3?|mssql|sqlserver|oracle|snowflake|bigquery|duckdb)$/i;
  const [file = '', ...folders] = uri.split(/[\\/]/).slice(-3).reverse();
  return folders.some((folder) => other.test(folder)) || other.test(file.replace(/\.\w+$/, ''));
}
