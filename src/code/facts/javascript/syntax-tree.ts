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
}

/** Words and operators that say something; other unnamed nodes (brackets, commas) are left out. */
const keptTokens = new Set(
  `async await get set static const let var function class of in * ... = += -= ??= ||= &&= && || ?? + - / % == === != !==
  < > <= >= ! typeof instanceof delete void export default type abstract declare new readonly`.split(/\s+/),
);

/** Their text is what matters, not what is in them. */
const leaves =
  /^(?:type_annotation|type_arguments|type_parameters|interface_declaration|type_alias_declaration|regex|string|template_type|implements_clause|asserts_annotation|type_predicate_annotation|opting_type_annotation|omitting_type_annotation|ambient_declaration|function_signature|abstract_method_signature|method_signature|index_signature|jsx_text|hash_bang_line|import_attribute|property_signature)$/;

const none: readonly SyntaxNode[] = [];

/** What a grammar's numbers mean, looked up once. */
export class TreeCopier {
  readonly #types: readonly string[];
  readonly #fields: readonly string[];
  readonly #isKept: readonly boolean[];
  readonly #isLeaf: readonly boolean[];
  readonly #isAssignment: readonly boolean[];

  constructor(language: Language) {
    this.#types = language.types;
    this.#fields = language.fields.map((field) => field ?? '');
    this.#isKept = language.types.map((type, id) => language.nodeTypeIsNamed(id) || keptTokens.has(type));
    this.#isLeaf = language.types.map((type, id) => language.nodeTypeIsNamed(id) && leaves.test(type));
    this.#isAssignment = language.types.map((type) =>
      /^(?:augmented_)?assignment_expression$|^update_expression$/.test(type),
    );
  }

  /** Visits each node once and is not recursive: no depth of nesting is too much for it. */
  copy(tree: Tree): SyntaxTree {
    const cursor = tree.walk();
    const comments: SyntaxNode[] = [];
    const assignments: SyntaxNode[] = [];
    const root = { type: cursor.nodeType, field: '', start: cursor.startIndex, end: cursor.endIndex, children: none };
    const parents: { children: readonly SyntaxNode[] }[] = [];
    const lists: SyntaxNode[][] = [];
    let parent: { children: readonly SyntaxNode[] } = root;
    let list: SyntaxNode[] = [];
    let more = cursor.gotoFirstChild();
    try {
      while (more) {
        const id = cursor.nodeTypeId;
        // ERROR has a number behind all others.
        const isError = id >= this.#types.length;
        if (isError || this.#isKept[id] === true) {
          const type = isError ? 'ERROR' : (this.#types[id] ?? '');
          const start = cursor.startIndex;
          const node = { type, field: '', start, end: cursor.endIndex, children: none };
          if (type === 'comment') comments.push(node);
          else {
            node.field = this.#fields[cursor.currentFieldId] ?? '';
            list.push(node);
            if (this.#isAssignment[id] === true) assignments.push(node);
            if (!(this.#isLeaf[id] === true) && cursor.gotoFirstChild()) {
              parents.push(parent);
              lists.push(list);
              parent = node;
              list = [];
              continue;
            }
          }
        }
        more = cursor.gotoNextSibling();
        while (!more) {
          if (list.length > 0) parent.children = list;
          const outer = parents.pop();
          const outerList = lists.pop();
          if (outer === undefined || outerList === undefined) break;
          cursor.gotoParent();
          parent = outer;
          list = outerList;
          more = cursor.gotoNextSibling();
        }
      }
      return { root, comments, assignments };
    } finally {
      cursor.delete();
    }
  }
}
