import type { Node } from 'web-tree-sitter';
import type { Parameter, QuerySite, SourceDocument } from '../../nouns/query-site';
import type { SqlParser } from '../../sql/parser';
import { findPlaceholders, type Placeholder } from '../../sql/placeholders';
import type { MappedText } from '../../sql/source-map';
import { splitScript } from '../../sql/split';
import { EnclosingLoops } from '../calls/enclosing-loops';
import { mayIterate } from '../calls/iterators';
import { JavaScriptFacts } from '../facts/javascript/javascript-facts';
import { componentLanguageIds, programOf } from '../facts/javascript/scripts';
import type { QuerySiteOptions } from '../find-query-sites';
import type { Language } from '../language';
import { isPlausibleSql, sqlStart } from '../looks-like-sql';
import { settleSplices } from '../splices';
import { type Candidate, Candidates, queryFunctionNames } from './javascript-candidates';
import { type Grammar, javascriptLanguageIds, loadJavaScriptGrammars, parseable } from './javascript-grammars';
import { importedLibraries, libraryOfCall, libraryOfTag } from './javascript-libraries';
import { withPastedValues } from './javascript-pg-promise';
import type { EvaluatedText } from './javascript-pieces';
import { sqlTagNames } from './javascript-tags';
import { TextEvaluator } from './javascript-text';
import { BoundValues } from './javascript-wildcards';

/** Files over this many UTF-16 code units are bundles or data; parsing them would hold the editor up (60 ms a 100 kB). */
const longestFile = 2_000_000;

/** SQL in the calls, tags and marked strings of JavaScript and TypeScript. */
export class JavaScriptLanguage implements Language {
  readonly languageIds = [...javascriptLanguageIds, ...componentLanguageIds];
  readonly #sqlParser: SqlParser;
  readonly #grammars: ReadonlyMap<string, Grammar>;
  readonly #facts: JavaScriptFacts;
  readonly #candidates: Candidates;

  private constructor(options: QuerySiteOptions, grammars: ReadonlyMap<string, Grammar>) {
    this.#sqlParser = options.parser;
    this.#grammars = grammars;
    this.#facts = new JavaScriptFacts(grammars);
    this.#candidates = new Candidates([...queryFunctionNames, ...(options.queryFunctions ?? [])]);
  }

  static async load(options: QuerySiteOptions): Promise<JavaScriptLanguage> {
    return new JavaScriptLanguage(options, await loadJavaScriptGrammars(options.grammarFolder));
  }

  find(file: SourceDocument): QuerySite[] {
    const document = programOf(file);
    const grammar = this.#grammars.get(document.languageId);
    if (grammar === undefined || document.text.length > longestFile) return [];
    if (!this.#candidates.mayExist(document.text)) return [];
    const libraries = importedLibraries(document.text);
    if (libraries.other && libraries.names.length === 0) return [];
    const tree = grammar.parser.parse(parseable(document.text));
    if (tree === null) return [];
    try {
      const loops = new EnclosingLoops(document.text, () => this.#facts.ofTree(document, grammar, tree));
      return new FileReader(document, tree.rootNode, this.#sqlParser, libraries.names, loops).sites(this.#candidates);
    } finally {
      tree.delete();
    }
  }
}

/** One file's sites. */
class FileReader {
  readonly #document: SourceDocument;
  readonly #root: Node;
  readonly #parser: SqlParser;
  readonly #imported: readonly string[];
  readonly #tagNames: ReadonlySet<string>;
  readonly #evaluator: TextEvaluator;
  readonly #loops: EnclosingLoops;
  readonly #sites = new Map<string, QuerySite>();

  constructor(
    document: SourceDocument,
    root: Node,
    parser: SqlParser,
    imported: readonly string[],
    loops: EnclosingLoops,
  ) {
    this.#loops = loops;
    this.#document = document;
    this.#root = root;
    this.#parser = parser;
    this.#imported = imported;
    this.#tagNames = sqlTagNames(document.text);
    this.#evaluator = new TextEvaluator(document.text, root, this.#tagNames);
  }

  sites(candidates: Candidates): QuerySite[] {
    const fragments: { start: number; end: number }[] = [];
    const others = otherDatabases.test(this.#document.text);
    for (const candidate of candidates.find(this.#document.text, this.#root, this.#tagNames)) {
      const { kind, use } = candidate;
      // sql`… ${sql`SELECT …`} …` is one query.
      if (kind === 'tag' && fragments.some((outer) => outer.start < use.startIndex && use.startIndex < outer.end))
        continue;
      if (others && isForOtherDatabase(candidate)) continue;
      for (const expression of candidate.expressions) {
        const found = this.#evaluator
          .evaluate(expression, kind === 'tag')
          .map((evaluated) => this.#add(evaluated, candidate, expression));
        if (!found.includes(true)) continue;
        fragments.push({ start: expression.startIndex, end: expression.endIndex });
        break;
      }
    }
    return [...this.#sites.values()];
  }

  #add(evaluated: EvaluatedText, candidate: Candidate, expression: Node): boolean {
    const { kind } = candidate;
    const { holes, choices } = evaluated;
    const values = kind === 'call' && holes.length === 0 ? candidate.expressions[1] : undefined;
    const mapped = withPastedValues(evaluated.mapped, values, this.#evaluator.definitions);
    if (kind !== 'mark' && sqlStart(mapped.text) === undefined) return false;
    let found = false;
    for (const part of splitScript(mapped.text, { psql: false })) {
      const { start, end } = part.range;
      if (kind !== 'mark' && sqlStart(part.text) === undefined) continue;
      const text = unescapeQuestionMarks(mapped.slice(start, end));
      const inside = holes
        .filter((hole) => hole.range.start >= start && hole.range.end <= end)
        .map((hole) => ({ ...hole, range: { start: hole.range.start - start, end: hole.range.end - start } }));
      const placeholders: Placeholder[] = [...findPlaceholders(text.text), ...inside];
      const settled = settleSplices(this.#parser, text, placeholders);
      const parsed = this.#parser.parse(settled.text.text);
      if (!candidate.isKnown && !(parsed.ok && isPlausibleSql(part.text))) continue;
      const isSql = parsed.ok || parsed.problem.unread || kind === 'mark' || isPlausibleSql(part.text);
      // sql`(SELECT …) AS x` is a part of a query.
      if (!parsed.ok && kind === 'tag' && part.text.startsWith('(')) continue;
      // `name` is MySQL, {name:UUID} ClickHouse.
      if (!isSql || (!parsed.ok && kind !== 'mark' && /`\w+`|\{\w+:\w/.test(part.text))) continue;
      const range = text.rangeToDocument({ start: 0, end: text.text.length });
      const key = `${range.start}-${range.end}`;
      const head = mayBeInLoop(candidate.use) ? this.#loops.around(candidate.use.startIndex) : undefined;
      found = true;
      if (this.#sites.has(key) && (head === undefined || this.#sites.get(key)?.loop !== undefined)) continue;
      const replaced = parsed.ok ? settled.replaced : [...settled.replaced, ...choices];
      this.#sites.set(key, {
        uri: this.#document.uri,
        range,
        library: this.#sites.get(key)?.library ?? this.#library(candidate, settled.parameters),
        sql: settled.text.text,
        parameters: this.#withWildcards(settled.parameters, expression),
        sourceMap: settled.text.sourceMap,
        ...(head === undefined ? {} : { loop: head }),
        ...(replaced.length === 0 ? {} : { replaced }),
      });
    }
    return found;
  }

  #library({ kind, name, receiver }: Candidate, parameters: readonly Parameter[]): string {
    if (kind === 'mark') return 'comment';
    if (kind === 'tag') return libraryOfTag(name, this.#imported);
    return libraryOfCall({ name, receiver, parameters, imported: this.#imported });
  }

  /** `query('… LIKE $1', [`%${term}%`])` */
  #withWildcards(parameters: readonly Parameter[], expression: Node): readonly Parameter[] {
    if (parameters.length === 0 || !this.#evaluator.hasWildcards) return parameters;
    const values = new BoundValues(expression, this.#evaluator.definitions);
    let position = 0;
    return parameters.map((parameter) => {
      const isUnnamed = /^(?:\?|%s)$/.test(parameter.source);
      const wildcards = parameter.wildcards ?? values.wildcards(parameter.source, isUnnamed ? position++ : -1);
      return wildcards === undefined ? parameter : { ...parameter, wildcards };
    });
  }
}

const otherDatabases = /clickhouse|mysql|mariadb|sqlite|mssql|oracle|snowflake|bigquery|duckdb/i;

/** `clickhouse.rawQuery(…)`; `async function clickhouseQuery() { … rawQuery(…) }` */
function isForOtherDatabase({ name, receiver, use }: Candidate): boolean {
  if (otherDatabases.test(`${receiver}.${name}`)) return true;
  for (let node = use.parent; node !== null; node = node.parent) {
    if (!/^(?:function_declaration|method_definition|variable_declarator)$/.test(node.type)) continue;
    if (otherDatabases.test(node.childForFieldName('name')?.text ?? '')) return true;
  }
  return false;
}

/** knex and others take `\\?` for the operator `?`. The backslash becomes a space, so that offsets stay. */
function unescapeQuestionMarks(text: MappedText): MappedText {
  const found = [...text.text.matchAll(/\\(?=\?)/g)];
  return text.replace(found.map(({ index }) => ({ range: { start: index, end: index + 1 }, newText: ' ' })));
}

/** Whether it is worth asking for the loop around: something of the kind stands around it. */
function mayBeInLoop(use: Node): boolean {
  for (let node = use.parent; node !== null; node = node.parent) {
    if (/^(?:for|for_in|while|do)_statement$/.test(node.type)) return true;
    if (node.type !== 'call_expression') continue;
    const name = /([\w$]+)\s*$/.exec(node.childForFieldName('function')?.text.slice(-80) ?? '')?.[1];
    if (name !== undefined && mayIterate(name)) return true;
  }
  return false;
}
