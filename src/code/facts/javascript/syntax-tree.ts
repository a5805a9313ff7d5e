import type { Language, Tree } from 'web-tree-sitter';

/** A node of the grammar as plain data: reading one property of a tree-sitter `Node` costs as much as building one of these. */
export interface SyntaxNode {
  readonly type: string;
  /** The name of its place in the parent: `function`, `arguments`; '' for none. */
  readonly field: string;
  readonly start: number;
  readonly end: number;
  readonly children: readonly SyntaxNode[];
}

export interface SyntaxTree {
  readonly root: SyntaxNode;
  /** In the order of the text. They are not among the children. */
  readonly comments: readonly SyntaxNode[];
  /** `x = 1`, `x += 1`, `x++`, in the order of the text. */
  readonly assignments: readonly SyntaxNode[];
  /** How much of the text does not parse, in UTF-16 code units. */
  readonly unread: number;
}

/** Words and operators that say something; other unnamed nodes (brackets, commas, `=`) are left out. */
const keptTokens = new Set(
  `async await get set static const let var class of in * ... += -= ??= ||= &&= && || ?? + - / % == === != !==
  < > <= >= ! typeof instanceof delete void export default abstract readonly`.split(/\s+/),
);

/** Nothing in them is of use: names and words, and what is read as text. */
const leaves =
  /^(?:identifier|property_identifier|private_property_identifier|shorthand_property_identifier(?:_pattern)?|type_identifier|statement_identifier|number|true|false|null|undefined|this|super|import|optional_chain|empty_statement|comment|type_annotation|type_arguments|type_parameters|interface_declaration|type_alias_declaration|regex|string|template_type|implements_clause|asserts_annotation|type_predicate_annotation|opting_type_annotation|omitting_type_annotation|ambient_declaration|function_signature|abstract_method_signature|method_signature|index_signature|jsx_text|string_fragment|escape_sequence|hash_bang_line|import_attribute|property_signature|accessibility_modifier|override_modifier|predefined_type)$/;

/** The places of their children have no names that are asked for. */
const withoutFields =
  /^(?:program|statement_block|arguments|array|object|formal_parameters|named_imports|import_clause|expression_statement|return_statement|parenthesized_expression|template_string|template_substitution|class_body|switch_body|await_expression|spread_element|decorator|as_expression|satisfies_expression|non_null_expression|object_pattern|array_pattern|jsx_expression|jsx_element|jsx_opening_element|jsx_self_closing_element|jsx_attribute)$/;

const none: readonly SyntaxNode[] = [];

/** What a grammar's numbers mean, looked up once. */
export class TreeCopier {
  readonly #types: readonly string[];
  readonly #fields: readonly string[];
  readonly #isKept: readonly boolean[];
  readonly #isLeaf: readonly boolean[];
  readonly #isAssignment: readonly boolean[];
  readonly #hasFields: readonly boolean[];

  /** `leafTypes`: the nodes of that grammar in which nothing is of use. */
  constructor(language: Language, leafTypes: RegExp = leaves) {
    const { types } = language;
    this.#types = types;
    this.#fields = language.fields.map((field) => field ?? '');
    this.#isKept = types.map((type, id) => language.nodeTypeIsNamed(id) || keptTokens.has(type));
    this.#isLeaf = types.map((type, id) => !language.nodeTypeIsNamed(id) || leafTypes.test(type));
    this.#isAssignment = types.map((type) => /^(?:augmented_)?assignment_expression$|^update_expression$/.test(type));
    this.#hasFields = types.map((type) => !withoutFields.test(type));
  }

  /** Visits each node once and is not recursive: no depth of nesting is too much for it. */
  copy(tree: Tree): SyntaxTree {
    const cursor = tree.walk();
    const comments: SyntaxNode[] = [];
    const assignments: SyntaxNode[] = [];
    const root = nodeOf(cursor.nodeType, cursor.startIndex, cursor.endIndex);
    const parents: Open[] = [];
    let parent: Open = { node: root, list: [], hasFields: false };
    let unread = root.type === 'ERROR' ? root.end - root.start : 0;
    let more = cursor.gotoFirstChild();
    try {
      while (more) {
        const id = cursor.nodeTypeId;
        // ERROR has a number behind all others.
        const isError = id >= this.#types.length;
        if (isError || this.#isKept[id] === true) {
          const node = nodeOf(isError ? 'ERROR' : (this.#types[id] ?? ''), cursor.startIndex, cursor.endIndex);
          if (isError) unread += node.end - node.start;
          if (node.type === 'comment') comments.push(node);
          else {
            if (parent.hasFields) node.field = this.#fields[cursor.currentFieldId] ?? '';
            parent.list.push(node);
            if (this.#isAssignment[id] === true) assignments.push(node);
            if (this.#isLeaf[id] !== true && cursor.gotoFirstChild()) {
              parents.push(parent);
              parent = { node, list: [], hasFields: isError || this.#hasFields[id] === true };
              continue;
            }
          }
        }
        more = cursor.gotoNextSibling();
        while (!more) {
          if (parent.list.length > 0) parent.node.children = parent.list;
          const outer = parents.pop();
          if (outer === undefined) break;
          cursor.gotoParent();
          parent = outer;
          more = cursor.gotoNextSibling();
        }
      }
      return { root, comments, assignments, unread };
    } finally {
      cursor.delete();
    }
  }
}

/** A node whose children are read now. */
interface Open {
  readonly node: Mutable<SyntaxNode>;
  readonly list: SyntaxNode[];
  readonly hasFields: boolean;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function nodeOf(type: string, start: number, end: number): Mutable<SyntaxNode> {
  return { type, field: '', start, end, children: none };
}
