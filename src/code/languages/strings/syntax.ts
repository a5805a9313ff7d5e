import type { Node } from 'web-tree-sitter';
import type { TextRange } from '../../../nouns/text-range';
import type { Placeholder } from '../../../sql/placeholders';

/** What must be known of a language to find SQL in its strings. */
export interface StringSyntax {
  /** VS Code's language identifiers. */
  readonly languageIds: readonly string[];
  /** `tree-sitter-python.wasm` */
  readonly grammarFile: string;
  readonly libraries: LibraryNames;
  /** Functions, methods, classes and annotations that are known to take a query. */
  readonly functions: readonly string[];
  /** Of these, what stands directly behind the name; `(` without it. */
  readonly callFollows?: RegExp;
  /** The call (or whatever hands a text over) that the node is. */
  call(node: Node): Call | undefined;
  /** The parts of a literal; undefined when the node is none. */
  literal(node: Node, text: string): readonly LiteralPart[] | undefined;
  /** The operands of a concatenation. */
  operands(node: Node): readonly Node[] | undefined;
  /** What stands between the operands: `{"SELECT *", "FROM posts"}` of an annotation has a space. */
  separator?(node: Node): string;
  /** The expression whose text is this one's, too: `(x)`, `x.strip()`, `text(x)`. */
  inner(node: Node): Node | undefined;
  /** A text with places for values: `"… %s" % name`, `fmt.Sprintf("… %s", name)`. */
  formatted(node: Node): Formatted | undefined;
  /** Both ways of a conditional expression. */
  alternatives(node: Node): readonly Node[] | undefined;
  nameOf(node: Node): Name | undefined;
  /** What the name is set to, or gets behind it, where the node stands. */
  assignment(name: Node): Assignment | undefined;
  /** A function, whose variables are its own. */
  readonly functionNodes: RegExp;
  /** What runs only sometimes, or often. */
  readonly conditionalNodes: RegExp;
  readonly loops: LoopSyntax;
  /** Placeholders besides those of `findPlaceholders`: `@name`. */
  placeholders?(text: string): readonly Placeholder[];
  /** Interpolated expressions of this call's text are sent as values: `FromSql($"… {id}")`. */
  binds?(call: Call): boolean;
  /** In the text of a call with values, `%%` is a percent sign. */
  readonly doublesPercent?: boolean;
  /** A named text in this call is no SQL: `@Query` without `nativeQuery`. */
  isOther?(call: Call, text: string): boolean;
}

export interface LibraryNames {
  /** Libraries for PostgreSQL, by what a file that uses them has in it; the first that is found names the site. */
  readonly own: readonly (readonly [RegExp, string])[];
  /** What says that a file talks to another database. */
  readonly other: RegExp;
}

export interface Call {
  readonly name: Node;
  /** What stands before the name: `self.cursor`; '' for a plain function. */
  readonly receiver: string;
  readonly arguments: readonly Node[];
  readonly whole: Node;
}

/** A stretch of the literal as it stands, one that stands for other text, or an expression in it. */
export interface LiteralPart {
  readonly range: TextRange;
  readonly text?: string;
  readonly expression?: Node;
}

export interface Formatted {
  readonly template: Node;
  /** The places in the template. */
  readonly places: RegExp;
  /** What stands for itself: `%%`. */
  readonly escapes?: ReadonlyMap<string, string>;
  readonly values: readonly Node[];
}

export interface Name {
  readonly name: string;
  /** `self.name`, `Queries.name`: of an object or a class rather than of the function. */
  readonly isMember: boolean;
}

export interface Assignment {
  readonly value: Node | undefined;
  /** `sql += …` */
  readonly appends: boolean;
  readonly whole: Node;
}

export interface LoopSyntax {
  /** By the type of node; the body is the field of that name. */
  readonly nodes: Readonly<Record<string, 'for' | 'while'>>;
  /** Functions that are handed to others: blocks, closures, lambdas. */
  readonly callbacks: RegExp;
  /** Whether the call that the callback is handed to runs it for each of many. */
  iterates(call: Call): boolean;
  /** Of a comprehension, what is evaluated for each, and the head. */
  comprehension?(node: Node): { readonly body: Node; readonly head: Node } | undefined;
}
