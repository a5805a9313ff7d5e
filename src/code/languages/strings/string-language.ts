import { join } from 'node:path';
import type { Node, Parser } from 'web-tree-sitter';
import type { Parameter, QuerySite, SourceDocument } from '../../../nouns/query-site';
import type { SqlParser } from '../../../sql/parser';
import type { MappedText } from '../../../sql/source-map';
import { splitScript } from '../../../sql/split';
import type { QuerySiteOptions } from '../../find-query-sites';
import type { Language } from '../../language';
import { isPlausibleSql, sqlStart } from '../../looks-like-sql';
import { settleSplices } from '../../splices';
import type { EvaluatedText } from '../javascript-pieces';
import { type Candidate, Candidates } from './candidates';
import { loopAround } from './loops';
import { placeholdersIn } from './placeholders';
import type { StringSyntax } from './syntax';
import { Texts, withoutPrefix } from './texts';

/** Files over this many UTF-16 code units are generated or data; parsing them would hold the editor up. */
const longestFile = 2_000_000;

const otherDatabases = /clickhouse|mysql|mariadb|sqlite|mssql|oracle|snowflake|bigquery|duckdb|wpdb|cassandra/i;

/** `name` and ON DUPLICATE KEY are MySQL's, [name] is SQL Server's, INSERT OR IGNORE is SQLite's. */
const otherDialects = new RegExp(
  [
    /`[^`]+`|\bon\s+duplicate\s+key\b|\bauto_?increment\b|\bengine\s*=|\bcharacter\s+set\b|\bcollate\s+binary\b/,
    /\bchange\s+\w+\s+\w+\s|\bmodify\s+\w|\bdrop\s+foreign\s+key\b|^\s*drop\s+index\s+\S+\s+on\b|\scomment\s+'|\bdatetime\b/,
    /^\s*update\s+(?:low_priority\b|\w+\s*,|[\w.]+\s+(?:\w+\s+)?(?:inner\s+|left\s+)?join\b)|\binsert\s+low_priority\b|^\s*delete\s+\w+\s+from\b/,
    /\binsert\s+or\s+(?:ignore|replace|abort)\b|\bmatch\s+(?:\?|')|\braise\s*\(\s*abort\b/,
    /(?:\s|\.)\[[A-Za-z]\w*\]|\bselect\s+top\s*\(?\s*[\d@]/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'i',
);

/** SQL in the strings of a language whose syntax is described. */
export class StringLanguage implements Language {
  readonly languageIds: readonly string[];
  readonly #syntax: StringSyntax;
  readonly #options: QuerySiteOptions;
  readonly #candidates: Candidates;
  #loading: Promise<Parser> | undefined;
  #parser: Parser | undefined;

  constructor(syntax: StringSyntax, options: QuerySiteOptions) {
    this.languageIds = syntax.languageIds;
    this.#syntax = syntax;
    this.#options = options;
    this.#candidates = new Candidates(syntax, options.queryFunctions ?? []);
  }

  /** Loads the grammar: some are megabytes, and few workspaces have files in all languages. */
  async prepare(): Promise<void> {
    this.#loading ??= loadParser(join(this.#options.grammarFolder, this.#syntax.grammarFile));
    this.#parser = await this.#loading;
  }

  find(document: SourceDocument): QuerySite[] {
    const { text } = document;
    if (text.length > longestFile || !this.#candidates.mayExist(text)) return [];
    const { own, other } = this.#syntax.libraries;
    const libraries = own.filter(([pattern]) => pattern.test(text)).map(([, name]) => name);
    if (libraries.length === 0 && other.test(text)) return [];
    if (this.#parser === undefined) throw new Error(`The grammar of ${document.languageId} is not loaded.`);
    const tree = this.#parser.parse(text);
    if (tree === null) return [];
    try {
      const reader = new FileReader(document, tree.rootNode, this.#syntax, this.#options.parser, libraries);
      return reader.sites(this.#candidates);
    } finally {
      tree.delete();
    }
  }
}

async function loadParser(file: string): Promise<Parser> {
  const { Language: Loader, Parser: TreeParser } = await import('web-tree-sitter');
  await TreeParser.init();
  return new TreeParser().setLanguage(await Loader.load(file));
}

/** `LIKE 'a%%'` → `LIKE 'a%'`, but `%%s` is left as it is: no placeholder may come out of it. */
function singlePercents(text: MappedText): MappedText {
  const found = [...text.text.matchAll(/%%(?![sdfLI(])/g)];
  return text.replace(found.map(({ index }) => ({ range: { start: index, end: index + 2 }, newText: '%' })));
}

/** One file's sites. */
class FileReader {
  readonly #document: SourceDocument;
  readonly #root: Node;
  readonly #syntax: StringSyntax;
  readonly #parser: SqlParser;
  readonly #libraries: readonly string[];
  readonly #texts: Texts;
  readonly #sites = new Map<string, QuerySite>();

  constructor(
    document: SourceDocument,
    root: Node,
    syntax: StringSyntax,
    parser: SqlParser,
    libraries: readonly string[],
  ) {
    this.#document = document;
    this.#root = root;
    this.#syntax = syntax;
    this.#parser = parser;
    this.#libraries = libraries;
    this.#texts = new Texts(document.text, root, syntax);
  }

  sites(candidates: Candidates): QuerySite[] {
    const { text } = this.#document;
    for (const candidate of candidates.find(text, this.#root)) {
      const { call } = candidate;
      if (call !== undefined) {
        if (otherDatabases.test(`${call.receiver}.${call.name.text}`)) continue;
        if (this.#syntax.isOther?.(call, text)) continue;
      }
      const binds = call !== undefined && (this.#syntax.binds?.(call) ?? false);
      for (const expression of candidate.expressions) {
        const found = this.#texts.of(expression, binds).map((evaluated) => this.#add(evaluated, candidate));
        if (found.includes(true)) break;
      }
    }
    return [...this.#sites.values()];
  }

  /** Some drivers of Python put values into the text themselves, also where PostgreSQL takes no parameter. */
  #bound(parameters: readonly Parameter[], text: string): readonly Parameter[] {
    if (!this.#syntax.doublesPercent || /^\s*(?:select|insert|update|delete|merge|with|values)\b/i.test(text)) {
      return parameters;
    }
    return parameters.map((parameter) => ({ ...parameter, kind: 'spliced' }));
  }

  #add({ mapped, holes, choices }: EvaluatedText, { call, isKnown, use }: Candidate): boolean {
    const isMarked = call === undefined;
    let found = false;
    for (const part of splitScript(mapped.text, { psql: false })) {
      const { start, end } = part.range;
      const statement = withoutPrefix(part.text);
      if (!isMarked && sqlStart(statement) === undefined) continue;
      const isDoubled = this.#syntax.doublesPercent === true && (call?.arguments.length ?? 0) > 1 && holes.length === 0;
      const text = isDoubled ? singlePercents(mapped.slice(start, end)) : mapped.slice(start, end);
      const inside = holes
        .filter((hole) => hole.range.start >= start && hole.range.end <= end)
        .map((hole) => ({ ...hole, range: { start: hole.range.start - start, end: hole.range.end - start } }));
      const placeholders = [...placeholdersIn(text.text, this.#syntax), ...inside];
      const settled = settleSplices(this.#parser, text, placeholders);
      const parsed = this.#parser.parse(settled.text.text);
      if (!isKnown && !(parsed.ok && isPlausibleSql(statement))) continue;
      if (!parsed.ok && !isMarked && !(parsed.problem.unread || isPlausibleSql(statement))) continue;
      if (!parsed.ok && !isMarked && otherDialects.test(part.text)) continue;
      const range = text.rangeToDocument({ start: 0, end: text.text.length });
      const key = `${range.start}-${range.end}`;
      const loop = loopAround(use, this.#document.text, this.#syntax);
      found = true;
      const known = this.#sites.get(key);
      if (known !== undefined && (loop === undefined || known.loop !== undefined)) continue;
      const replaced = parsed.ok ? settled.replaced : [...settled.replaced, ...choices];
      this.#sites.set(key, {
        uri: this.#document.uri,
        range,
        library: isMarked ? 'comment' : (this.#libraries[0] ?? 'sql string'),
        sql: settled.text.text,
        parameters: parsed.ok ? settled.parameters : this.#bound(settled.parameters, part.text),
        sourceMap: settled.text.sourceMap,
        ...(loop === undefined ? {} : { loop }),
        ...(replaced.length === 0 ? {} : { replaced }),
      });
    }
    return found;
  }
}
