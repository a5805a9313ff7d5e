import type { SourceDocument } from '../../../nouns/query-site';
import type { TextRange } from '../../../nouns/text-range';
import { declaredTypes } from '../declared-types';
import type { Binding, Export, FileFacts, FunctionFacts, Import, TypeFacts, Use } from '../facts';
import type { Pattern, RuntimeValue, Value } from '../values';
import { ArgumentReader } from './arguments';
import { AssignmentReader } from './assignments';
import { BranchReader } from './branches';
import { ChainReader } from './chains';
import { openedValue } from './changes';
import { ChoiceReader } from './choices';
import { ClassReader } from './classes';
import { CollectionReader } from './collections';
import { Comments } from './comments';
import { Decisions } from './decisions';
import { DeclarationReader } from './declarations';
import { exact } from './exact';
import { ExpressionReader } from './expressions';
import { Flow } from './flow';
import type { ClassDraft, Frame, FunctionDraft, Mutable } from './frame';
import { FunctionReader } from './functions';
import { LoneNameReader } from './lone-names';
import { LoopReader } from './loops';
import { ModuleReader } from './modules';
import { childOf, rangeOf, unwrap } from './nodes';
import { ObjectReader } from './objects';
import { PatternReader } from './patterns';
import { StatementReader } from './statements';
import type { Names } from './strings';
import type { SyntaxNode, SyntaxTree } from './syntax-tree';
import { UseRecorder } from './uses';
import { Variables } from './variables';

const longestSource = 60;

interface Assigned {
  readonly name: string;
  /** `where.status = 1`: the name stays what it is. */
  readonly isMember: boolean;
  readonly start: number;
}

/** One file while it is read: what its readers share. */
export class FileReader {
  readonly source: string;
  readonly names: Names;
  readonly imports: Import[] = [];
  readonly exports: Export[] = [];
  readonly classDrafts: ClassDraft[] = [];
  readonly functionsRead: FunctionDraft[] = [];
  readonly comments: Comments;
  readonly flow = new Flow();
  readonly variables = new Variables();
  readonly decisions = new Decisions(this);
  readonly statements = new StatementReader(this);
  readonly declarations = new DeclarationReader(this);
  readonly assignments = new AssignmentReader(this);
  readonly loops = new LoopReader(this);
  readonly expressions = new ExpressionReader(this);
  readonly chains = new ChainReader(this);
  readonly lone = new LoneNameReader(this);
  readonly collections = new CollectionReader(this);
  readonly objects = new ObjectReader(this);
  readonly choices = new ChoiceReader(this);
  readonly branches = new BranchReader(this);
  readonly arguments = new ArgumentReader(this);
  readonly uses = new UseRecorder();
  readonly patterns = new PatternReader(this);
  readonly functions = new FunctionReader(this);
  readonly classes = new ClassReader(this);
  readonly modules = new ModuleReader(this);
  readonly #types: TypeFacts[] = [];
  /** What gives a binding its value. */
  readonly #taken = new Map<Binding, { readonly index: number; readonly uses: Mutable<Use>[] }>();
  readonly #document: SourceDocument;
  readonly #tree: SyntaxTree;
  readonly #assigned: readonly Assigned[];

  constructor(document: SourceDocument, tree: SyntaxTree, names: Names) {
    this.#document = document;
    this.#tree = tree;
    this.source = document.text;
    this.names = names;
    this.comments = new Comments(document.text, tree.comments);
    this.#assigned = [...this.#assignments(tree), ...this.#additions()].sort((a, b) => a.start - b.start);
  }

  #assignments(tree: SyntaxTree): Assigned[] {
    return tree.assignments.flatMap((node) => {
      const target = unwrap(childOf(node, 'left') ?? childOf(node, 'argument') ?? node);
      let root = target;
      while (root.children.length > 0 && root.field !== '' && /^(?:member|subscript)_expression$/.test(root.type)) {
        root = unwrap(childOf(root, 'object') ?? { ...root, children: [] });
      }
      return root.type === 'identifier'
        ? [{ name: this.text(root), isMember: root !== target, start: node.start }]
        : [];
    });
  }

  /** `conditions.push(…)`: found by the text, since a function that does it may be called from anywhere. */
  #additions(): Assigned[] {
    const calls = this.source.matchAll(/(?<![.\w$])([A-Za-z_$][\w$]*)(?:\.[\w$]+)?\.(?:push|unshift|splice)\s*\(/g);
    return Array.from(calls, (match) => ({ name: this.names.of(match[1] ?? ''), isMember: true, start: match.index }));
  }

  facts(): FileFacts {
    this.functions.topLevel(this.#tree.root);
    return {
      uri: this.#document.uri,
      languageId: this.#document.languageId,
      imports: this.imports,
      exports: this.exports,
      classes: this.classDrafts,
      functions: this.functionsRead.map(compact),
      ...(this.#types.length === 0 ? {} : { types: this.#types }),
    };
  }

  /** `interface Context { … }`, `type Db = …`, `declare module 'fastify' { … }` */
  declareTypes(node: SyntaxNode): void {
    this.#types.push(...declaredTypes(this.source.slice(node.start, node.end)));
  }

  text(node: SyntaxNode): string {
    return this.names.of(this.source.slice(node.start, node.end));
  }

  /** Where what stands between ends, without white space. */
  trimmedEnd(start: number, end: number): number {
    let last = end;
    while (last > start && /\s/.test(this.source[last - 1] ?? '')) last--;
    return last;
  }

  runtime(node: SyntaxNode, type?: RuntimeValue['type']): RuntimeValue {
    const text = this.source.slice(node.start, Math.min(node.end, node.start + longestSource));
    const source = this.names.of(text.replace(/\s+/g, ' '));
    return { kind: 'runtime', source, ...(type === undefined ? {} : { type }), range: rangeOf(node) };
  }

  bind(frame: Frame, pattern: Pattern, range: TextRange): Mutable<Binding> {
    const binding: Mutable<Binding> = { pattern, range };
    if (frame.loop !== undefined) binding.loop = frame.loop;
    if (frame.branch !== undefined) binding.branch = frame.branch;
    if (frame.scope.range !== undefined) binding.scope = frame.scope.range;
    this.#taken.set(binding, { index: frame.draft.bindings.length, uses: [] });
    frame.draft.bindings.push(binding);
    frame.scope.bindings.push(binding);
    return binding;
  }

  /** The binding takes the use's value. */
  give(binding: Binding, use: Mutable<Use>): void {
    const taken = this.#taken.get(binding);
    if (taken === undefined) return;
    use.binding = taken.index;
    taken.uses.push(use);
  }

  usesOf(binding: Binding): readonly Mutable<Use>[] {
    return this.#taken.get(binding)?.uses ?? [];
  }

  /** What a name stands for when it takes this value; of `const posts = await query` nothing: the rows are not the query. */
  followed(binding: Binding, value: Value | undefined): Value | undefined {
    return this.usesOf(binding).some((use) => use.isAwaited) ? undefined : value;
  }

  /** At the end of a scope: an object is told with all that the statements of the scope put into it. */
  settleBindings(frame: Frame): void {
    for (const binding of frame.scope.bindings) {
      const { value } = binding;
      if (value === undefined) continue;
      const variable = frame.scope.own(binding.pattern.name);
      const last = variable?.value;
      const settled = this.variables.settle(isLater(value, last) ? last : value, frame);
      // What a function that runs at any time adds, or what is added to one of several objects, is not known.
      binding.value = variable !== undefined && (variable.isWild || last === undefined) ? openedAll(settled) : settled;
    }
    frame.scope.bindings.length = 0;
  }

  /** Names that are set between two offsets. */
  assignedIn(range: TextRange): Assigned[] {
    let low = 0;
    let high = this.#assigned.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#assigned[middle]?.start ?? 0) < range.start) low = middle + 1;
      else high = middle;
    }
    const found: Assigned[] = [];
    for (let i = low; (this.#assigned[i]?.start ?? range.end) < range.end; i++)
      found.push(this.#assigned[i] as Assigned);
    return found;
  }
}

function openedAll(value: Value): Value {
  if (value.kind !== 'choice') return openedValue(value) ?? value;
  return { ...value, options: value.options.map((option) => ({ ...option, value: openedAll(option.value) })) };
}

function isLater(first: Value, last: Value | undefined): last is Value {
  const isList = last?.kind === 'object' || last?.kind === 'array';
  return isList && last.kind === first.kind && last.range.start === first.range.start;
}

/** What gives something that must be given back: `pool.connect()`, `getClient()`, `dataSource.createQueryRunner()`. */
const takes = /^(?:connect|reserve|acquire|checkout|begin|transaction)$|(?:Client|Connection|QueryRunner|Transaction)$/;

function compact({ ways, ...draft }: FunctionDraft): FunctionFacts {
  const { parameters, bindings, uses, loops, returns } = draft;
  const isTaking = uses.some(({ chain }) =>
    chain.links.some(({ name, arguments: given }) => given && takes.test(name === '' ? String(chain.root) : name)),
  );
  // `pool.connect((err, client, done) => …)`, and the callbacks of what is asked there.
  const isErrorFirst = draft.callback !== undefined && /^_?e(?:rr(?:or)?)?\d*$/i.test(parameters[0]?.name ?? '');
  return {
    ...draft,
    ...((isTaking || isErrorFirst) && ways.length > 0 && { ways }),
    parameters: exact(parameters),
    bindings: exact(bindings),
    uses: exact(uses),
    loops: exact(loops),
    returns: exact(returns),
  };
}
