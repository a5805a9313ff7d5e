import type { SourceDocument } from '../../../nouns/query-site';
import type { TextRange } from '../../../nouns/text-range';
import type { FileFacts, FunctionFacts, Use } from '../facts';
import type { Branch, Pattern, RuntimeValue, Value } from '../values';
import { ClassReader } from './classes';
import { ExpressionReader } from './expressions';
import type { ClassDraft, Frame, FunctionDraft, Mutable } from './frame';
import { FunctionReader } from './functions';
import { type RubyNode, type RubyTree, rangeOf } from './nodes';
import { settleContinued } from './relations';
import { RenderingReader } from './rendering';
import { StatementReader } from './statements';
import { templateOf } from './templates';

const longestSource = 60;

/** One file while it is read: what its readers share. */
export class FileReader {
  readonly classes: ClassDraft[] = [];
  readonly functions: FunctionDraft[] = [];
  readonly expressions = new ExpressionReader(this);
  readonly statements = new StatementReader(this);
  readonly methods = new FunctionReader(this);
  readonly classReader = new ClassReader(this);
  readonly rendering = new RenderingReader(this);
  /** 'posts/_post', where the file is a template. */
  readonly template: string | undefined;
  readonly #document: SourceDocument;
  readonly #tree: RubyTree;
  #decisions = 0;
  #heredocs = 0;

  constructor(document: SourceDocument, tree: RubyTree) {
    this.#document = document;
    this.#tree = tree;
    this.template = templateOf(document.uri);
  }

  facts(): FileFacts {
    const { uri, languageId } = this.#document;
    if (this.template === undefined) this.methods.topLevel(this.#tree.root);
    else this.methods.template(this.#tree.root, this.template);
    settleContinued(this.functions);
    return {
      uri,
      languageId,
      imports: [],
      exports: [],
      classes: this.classes,
      functions: this.functions.map(withWays),
    };
  }

  text({ start, end }: TextRange): string {
    return this.#document.text.slice(start, end);
  }

  /** The text that the next `<<~SQL` begins. */
  nextHeredoc(): RubyNode | undefined {
    return this.#tree.heredocs[this.#heredocs++];
  }

  runtime(node: RubyNode, type?: RuntimeValue['type']): RuntimeValue {
    const source = this.text({ start: node.start, end: Math.min(node.end, node.start + longestSource) });
    return {
      kind: 'runtime',
      source: source.replace(/\s+/g, ' '),
      ...(type === undefined ? {} : { type }),
      range: rangeOf(node),
    };
  }

  /** The arms of one decision. */
  arms(of: number, within: Branch | undefined): Branch[] {
    const id = this.#decisions++;
    return Array.from({ length: of }, (_, arm) => ({ id, arm, of, ...(within ? { within } : {}) }));
  }

  /** Keeps a place for a use whose chain is read next: functions in its arguments name it. */
  reserve(frame: Frame, within: Use['within']): { readonly index: number; readonly use: Mutable<Use> } {
    const range = { start: 0, end: 0 };
    const use: Mutable<Use> = { chain: { kind: 'chain', root: '', rootRange: range, links: [], range } };
    if (within !== undefined) use.within = within;
    if (frame.loop !== undefined) use.loop = frame.loop;
    if (frame.branch !== undefined) use.branch = frame.branch;
    return { index: frame.draft.uses.push(use) - 1, use };
  }

  bind(frame: Frame, pattern: Pattern, value: Value | undefined, isElement = false): number {
    frame.own.add(pattern.name);
    for (const { name } of pattern.bound ?? []) frame.own.add(name);
    return (
      frame.draft.bindings.push({
        pattern,
        ...(value ? { value } : {}),
        ...(isElement ? { isElement: true } : {}),
        ...(frame.loop === undefined ? {} : { loop: frame.loop }),
        ...(frame.branch === undefined ? {} : { branch: frame.branch }),
        range: pattern.range,
      }) - 1
    );
  }

  /** The comment that ends on the line above. */
  commentAbove(node: RubyNode): string | undefined {
    const comment = this.#tree.comments.findLast(({ end }) => end <= node.start);
    if (comment === undefined || !/^\s*$/.test(this.text({ start: comment.end, end: node.start }))) return undefined;
    return this.text(comment).replace(/^#+\s*/, '');
  }
}

/** Ways are kept only where something is taken that must be given back: `pool.checkout`. */
function withWays({ ways, ...draft }: FunctionDraft): FunctionFacts {
  const isTaking = draft.bindings.some(
    ({ value }) => value?.kind === 'chain' && value.links.some(({ name }) => name === 'checkout'),
  );
  return isTaking && ways ? { ...draft, ways } : draft;
}
