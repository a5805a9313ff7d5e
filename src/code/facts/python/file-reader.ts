import type { SourceDocument } from '../../../nouns/query-site';
import type { TextRange } from '../../../nouns/text-range';
import type { Export, FileFacts, FunctionFacts, Import, LoopFacts } from '../facts';
import type { SyntaxNode, SyntaxTree } from '../javascript/syntax-tree';
import type { Branch, FunctionValue, Pattern, Value } from '../values';
import { continues } from './chains';
import { ClassReader } from './classes';
import { ExpressionReader } from './expressions';
import { type ClassDraft, childOf, emptyDraft, type Frame, type FunctionDraft, rangeOf } from './frame';
import { importsOf } from './imports';
import { ViewReader } from './rendering';
import { SerializerReader } from './serializers';
import { StatementReader } from './statements';
import { typeText } from './types';
import { GenericViewReader } from './views';

/** Functions that give what they get as a list again. */
const passing = /^(?:list|tuple|set|sorted|reversed|iter|tqdm)$/;

/** One file while it is read. */
export class FileReader {
  readonly source: string;
  readonly classes: ClassDraft[] = [];
  readonly expressions = new ExpressionReader(this);
  readonly statements = new StatementReader(this);
  readonly serializers = new SerializerReader(this);
  readonly views = new ViewReader();
  readonly genericViews = new GenericViewReader(this);
  readonly #classReader = new ClassReader(this);
  readonly #document: SourceDocument;
  readonly #tree: SyntaxTree;
  readonly #functions: FunctionDraft[] = [];
  readonly #imports: Import[] = [];
  #decisions = 0;

  constructor(document: SourceDocument, tree: SyntaxTree) {
    this.#document = document;
    this.source = document.text;
    this.#tree = tree;
  }

  facts(): FileFacts {
    const { root } = this.#tree;
    const range = { start: 0, end: this.source.length };
    const frame = this.open(emptyDraft('', range, { start: 0, end: 0 }));
    this.statements.block(root, frame);
    const { uri, languageId } = this.#document;
    return {
      uri,
      languageId,
      imports: this.#imports,
      exports: this.#exports(frame),
      classes: this.classes,
      functions: this.#functions.map(withWays),
    };
  }

  /** Whatever has a name at the top of a module can be imported from it. */
  #exports({ draft }: Frame): Export[] {
    const names = [
      ...this.classes.filter(({ within, name }) => within === 0 && !name.includes('.')).map(({ name }) => name),
      ...this.#functions
        .filter(({ parent, name, class: of }) => parent === 0 && name !== '' && !of)
        .map(({ name }) => name),
      ...draft.bindings.flatMap(({ pattern }) => [pattern.name, ...(pattern.bound ?? []).map(({ name }) => name)]),
      ...this.#imports.map(({ local }) => local),
    ];
    const stars = this.#imports.filter(({ local }) => local === '*');
    return [
      ...[...new Set(names)].filter((name) => name !== '' && name !== '*').map((name) => ({ name, local: name })),
      ...stars.map(({ from }) => ({ name: '*', from })),
    ];
  }

  text(node: SyntaxNode): string {
    return this.source.slice(node.start, node.end);
  }

  nextDecision(): number {
    return this.#decisions++;
  }

  inBranch<T>(frame: Frame, branch: Branch, read: () => T): T {
    const before = frame.branch;
    frame.branch = before ? { ...branch, within: before } : branch;
    try {
      return read();
    } finally {
      frame.branch = before;
    }
  }

  open(draft: FunctionDraft, self?: string, owner?: ClassDraft): Frame {
    const id = this.#functions.push(draft) - 1;
    return {
      id,
      draft,
      self,
      class: owner,
      queries: new Map(),
      loop: undefined,
      branch: undefined,
      scope: undefined,
    };
  }

  functionAt(id: number): FunctionDraft | undefined {
    return this.#functions[id];
  }

  import(node: SyntaxNode): void {
    this.#imports.push(...importsOf(node, (each) => this.text(each)));
  }

  bind(frame: Frame, pattern: Pattern, range: TextRange, value?: Value): Frame['draft']['bindings'][number] {
    const binding: Frame['draft']['bindings'][number] = { pattern, range };
    if (value) binding.value = value;
    if (frame.loop !== undefined) binding.loop = frame.loop;
    if (frame.branch !== undefined) binding.branch = frame.branch;
    if (frame.scope !== undefined) binding.scope = frame.scope;
    const isUse = value?.kind === 'chain' && value.links.length > 0;
    const use = isUse ? frame.draft.uses.findLast(({ chain }) => chain === value) : undefined;
    if (use) use.binding = frame.draft.bindings.length;
    frame.draft.bindings.push(binding);
    if (pattern.name !== '') this.#remember(frame, pattern.name, value);
    return binding;
  }

  /** `posts = Post.objects.filter(…)`, which a later statement may go on with. */
  #remember(frame: Frame, name: string, value: Value | undefined): void {
    const last = value?.kind === 'chain' ? value.links.at(-1) : undefined;
    const isQuery =
      value?.kind === 'chain' &&
      last?.arguments !== undefined &&
      (lazy.test(last.name) || (value.links.length === 1 && value.root === 'select')) &&
      continues.test(last.name === '' ? 'filter' : last.name);
    const known = frame.queries.get(name);
    if (!isQuery) frame.queries.delete(name);
    else if (frame.branch === undefined || known === undefined) {
      frame.queries.set(name, { chain: value, use: frame.draft.uses.findLast(({ chain }) => chain === value) });
    } else if (value.links.length > known.chain.links.length) {
      // `if status: posts = posts.filter(status=status)`
      const { branch } = frame;
      const before = known.chain.links.length;
      const links = value.links.map((link, i) => (i < before ? link : { ...link, branch }));
      frame.queries.set(name, { ...known, chain: { ...value, links } });
    } else frame.queries.delete(name);
  }

  function(node: SyntaxNode, frame: Frame, decorators: readonly SyntaxNode[] = [], owner?: ClassDraft): number {
    const name = childOf(node, 'name');
    const own = name ? this.text(name) : '';
    const draft = emptyDraft(owner ? `${owner.name}.${own}` : own, rangeOf(node), rangeOf(name ?? node));
    draft.parent = frame.id;
    if (owner) draft.class = owner.name;
    if (/^async\b/.test(this.text(node))) draft.isAsync = true;
    const returnType = childOf(node, 'return_type');
    if (returnType) draft.returnType = typeText(this.text(returnType));
    const isStatic = decorators.some((one) => this.text(one) === '@staticmethod');
    const given = childOf(node, 'parameters')?.children ?? [];
    const first = given[0];
    const self = owner && !isStatic && first ? this.text(first).split(':')[0]?.trim() : undefined;
    const inner = this.open(draft, self ?? frame.self, owner);
    draft.parameters = given.slice(self === undefined ? 0 : 1).flatMap((one) => this.#parameter(one, inner) ?? []);
    const body = childOf(node, 'body');
    if (body) this.statements.block(body, inner);
    return inner.id;
  }

  lambda(node: SyntaxNode, frame: Frame, callback?: NonNullable<FunctionFacts['callback']>): FunctionValue {
    const draft = emptyDraft('', rangeOf(node), { start: node.start, end: node.start });
    draft.parent = frame.id;
    if (callback) draft.callback = callback;
    const inner = this.open(draft, frame.self, frame.class);
    draft.parameters = (childOf(node, 'parameters')?.children ?? []).flatMap(
      (one) => this.#parameter(one, inner) ?? [],
    );
    const body = childOf(node, 'body');
    const value = body && this.expressions.value(body, inner);
    if (value) draft.returns.push(value);
    return {
      kind: 'function',
      parameters: draft.parameters,
      body: value ? [{ value, isReturned: true }] : [],
      id: inner.id,
      range: rangeOf(node),
    };
  }

  #parameter(node: SyntaxNode, frame: Frame): Pattern | undefined {
    if (node.type === 'identifier') return { name: this.text(node), range: rangeOf(node) };
    const name = childOf(node, 'name') ?? node.children.find(({ type }) => type === 'identifier');
    const type = childOf(node, 'type');
    const value = childOf(node, 'value');
    if (!name || /splat/.test(node.type)) return undefined;
    return {
      name: this.text(name),
      ...(type ? { type: typeText(this.text(type)) } : {}),
      ...(value ? { default: this.expressions.value(value, frame) } : {}),
      range: rangeOf(name),
    };
  }

  class(node: SyntaxNode, frame: Frame, decorators: readonly SyntaxNode[] = [], outer = ''): void {
    this.#classReader.read(node, frame, decorators, outer);
  }

  /** `for post in posts`: of a statement or a comprehension. What is read then stands in the loop. */
  loopHead(node: SyntaxNode, bodyRange: TextRange, frame: Frame): LoopFacts {
    const [left, right] = [childOf(node, 'left'), childOf(node, 'right')];
    const headRange = { start: node.start, end: right?.end ?? node.end };
    const index = frame.draft.loops.length;
    const loop: Frame['draft']['loops'][number] = {
      kind: 'for of',
      headRange,
      bodyRange,
      head: this.source.slice(headRange.start, headRange.end),
    };
    if (frame.loop !== undefined) loop.parent = frame.loop;
    if (/^async\b/.test(loop.head)) loop.kind = 'for await';
    frame.draft.loops.push(loop);
    const before = frame.draft.uses.length;
    const asked = right && this.expressions.value(right, frame);
    for (const use of frame.draft.uses.slice(before)) {
      use.loop = index;
      use.within ??= 'loop head';
    }
    frame.loop = index;
    const [over, isCounted] = listOf(asked);
    const pattern = left && this.pattern(left);
    const element = isCounted && pattern && left ? (this.#second(left) ?? pattern) : pattern;
    if (over) loop.over = over;
    if (element) {
      loop.element = element;
      const binding = this.bind(frame, element, element.range, over);
      binding.isElement = true;
    }
    return loop;
  }

  #second(left: SyntaxNode): Pattern | undefined {
    const second = left.children[1];
    return second && this.pattern(second);
  }

  /** `post`, `author, posts` */
  pattern(node: SyntaxNode): Pattern {
    if (node.type === 'identifier') return { name: this.text(node), range: rangeOf(node) };
    const bound = node.children.flatMap((child, index) =>
      child.type === 'identifier' ? [{ name: this.text(child), path: [String(index)] }] : [],
    );
    return { name: '', bound, range: rangeOf(node) };
  }
}

/** What gives something that must be given back: `pool.getconn()`, `engine.connect()`, `SessionLocal()`. */
const takes = /^(?:connect|raw_connection|getconn|get_conn|get_connection)$|session/i;

/** Ways are kept only where they may be asked for. */
function withWays({ ways, ...draft }: FunctionDraft): FunctionFacts {
  const isTaking = draft.bindings.some(
    ({ value }) =>
      value?.kind === 'chain' &&
      value.links.some(({ name, arguments: given }) => given && takes.test(name === '' ? String(value.root) : name)),
  );
  return isTaking && ways.length > 0 ? { ...draft, ways } : draft;
}

const lazy =
  /^(?:|filter|exclude|filter_by|where|having|order_by|select_related|prefetch_related|options|join|outerjoin|limit|offset|distinct|group_by|annotate|only|defer|values|values_list|all|slice|reverse|using|select_from|query|none)$/;

/** What a loop goes over: `enumerate(posts)` counts, `list(posts)` is all of them. */
function listOf(value: Value | undefined): readonly [Value | undefined, boolean] {
  let inner = value;
  let isCounted = false;
  for (let steps = 0; steps < 5; steps++) {
    if (inner?.kind !== 'chain' || typeof inner.root !== 'string' || inner.links.length !== 1) break;
    const [call] = inner.links;
    const [first] = call?.arguments ?? [];
    if (call?.name !== '' || !first || (inner.root !== 'enumerate' && !passing.test(inner.root))) break;
    if (inner.root === 'enumerate') isCounted = true;
    inner = first;
  }
  return [inner, isCounted];
}
