import type { LoopFacts } from '../facts';
import type { SyntaxNode } from '../javascript/syntax-tree';
import type { FileReader } from './file-reader';
import { childOf, childrenOf, type Frame, type Mutable, rangeOf } from './frame';
import { typeText } from './types';

const mostDepth = 100;

/** Reads statements, in the order of the text. */
export class StatementReader {
  readonly #file: FileReader;
  #depth = 0;

  constructor(file: FileReader) {
    this.#file = file;
  }

  block(node: SyntaxNode, frame: Frame): void {
    if (this.#depth > mostDepth) return;
    this.#depth++;
    for (const child of node.children) this.#statement(child, frame);
    this.#depth--;
  }

  #statement(node: SyntaxNode, frame: Frame): void {
    const { expressions } = this.#file;
    switch (node.type) {
      case 'import_statement':
      case 'import_from_statement':
        this.#file.import(node);
        return;
      case 'class_definition':
        this.#file.class(node, frame);
        return;
      case 'function_definition':
        this.#file.function(node, frame);
        return;
      case 'decorated_definition':
        this.#decorated(node, frame);
        return;
      case 'expression_statement':
        for (const child of node.children) {
          if (child.type === 'assignment') this.#assignment(child, frame);
          else if (child.type === 'augmented_assignment') this.#augmented(child, frame);
          else expressions.value(child, frame);
        }
        return;
      case 'return_statement':
        frame.draft.ways.push({ kind: 'return', range: rangeOf(node) });
        for (const child of node.children) frame.draft.returns.push(expressions.value(child, frame));
        return;
      case 'if_statement':
        this.#if(node, frame);
        return;
      case 'for_statement':
      case 'while_statement':
        this.#loop(node, frame);
        return;
      case 'with_statement':
        this.#with(node, frame);
        return;
      case 'raise_statement':
        frame.draft.ways.push({ kind: 'throw', range: rangeOf(node) });
        expressions.value(node, frame);
        return;
      case 'try_statement':
        noteTry(node, frame, () => this.#file.nextDecision());
        this.block(node, frame);
        return;
      case 'except_clause':
      case 'finally_clause':
      case 'else_clause':
      case 'block':
      case 'match_statement':
      case 'case_clause':
      case 'ERROR':
        this.block(node, frame);
        return;
      default:
        if (node.field !== 'alias' || node.children.length > 0) expressions.value(node, frame);
    }
  }

  #decorated(node: SyntaxNode, frame: Frame): void {
    const definition = childOf(node, 'definition');
    const decorators = node.children.filter(({ type }) => type === 'decorator');
    if (definition?.type === 'class_definition') this.#file.class(definition, frame, decorators);
    else if (definition) {
      for (const decorator of decorators) this.#file.expressions.readParts(decorator, frame);
      this.#file.function(definition, frame, decorators);
    }
  }

  #assignment(node: SyntaxNode, frame: Frame): void {
    const [left, type, right] = [childOf(node, 'left'), childOf(node, 'type'), childOf(node, 'right')];
    if (right?.type === 'assignment') this.#assignment(right, frame);
    const value = right && right.type !== 'assignment' ? this.#file.expressions.value(right, frame) : undefined;
    if (left === undefined) return;
    if (left.type === 'identifier' || /^(?:pattern_list|tuple_pattern|list_pattern)$/.test(left.type)) {
      const pattern = this.#file.pattern(left);
      const typed = type ? { ...pattern, type: typeText(this.#file.text(type)) } : pattern;
      this.#file.bind(frame, typed, rangeOf(node), value);
      return;
    }
    const before = frame.draft.uses.length;
    const target = this.#file.expressions.value(left, frame);
    const use = frame.draft.uses[before];
    if (use) use.isWritten = true;
    // `g.session = session`
    if (use && right?.type === 'identifier' && value) use.written = value;
    if (left.type === 'subscript' && target.kind === 'chain' && value) this.#file.views.wrote(target, value, frame);
    // `self.posts = posts`
    if (target.kind !== 'chain' || target.root !== 'this' || target.links.length !== 1 || !frame.class) return;
    const [link] = target.links;
    if (!link || link.arguments || !value) return;
    frame.class.fields.push({ name: link.name, value, within: frame.id, decorators: [], range: link.range });
  }

  /** `condition |= Q(status='draft')`: what it stood for it does no more. */
  #augmented(node: SyntaxNode, frame: Frame): void {
    this.#file.expressions.readParts(node, frame);
    const left = childOf(node, 'left');
    if (left?.type !== 'identifier') return;
    const range = rangeOf(node);
    const source = this.#file.text(node).slice(0, 60);
    this.#file.bind(frame, this.#file.pattern(left), range, { kind: 'runtime', source, range });
  }

  #if(node: SyntaxNode, frame: Frame): void {
    const others = childrenOf(node, 'alternative');
    const arms = [node, ...others];
    const id = this.#file.nextDecision();
    const of = arms.length + (others.at(-1)?.type === 'else_clause' ? 0 : 1);
    for (const [arm, one] of arms.entries()) {
      const condition = childOf(one, 'condition');
      if (condition) this.#file.expressions.value(condition, frame);
      const body = childOf(one, 'consequence') ?? childOf(one, 'body');
      if (body) frame.draft.ways.push({ kind: 'arm', id, of, range: rangeOf(body) });
      if (body) this.#file.inBranch(frame, { id, arm, of }, () => this.block(body, frame));
    }
  }

  #loop(node: SyntaxNode, frame: Frame): void {
    const body = childOf(node, 'body');
    if (!body) return;
    const around = frame.loop;
    let loop: Mutable<LoopFacts>;
    if (node.type === 'for_statement') loop = this.#file.loopHead(node, rangeOf(body), frame);
    else {
      const condition = childOf(node, 'condition');
      const head = condition ? this.#file.text(condition) : '';
      const headRange = { start: node.start, end: condition?.end ?? node.start };
      loop = { kind: 'while', headRange, bodyRange: rangeOf(body), head };
      if (around !== undefined) loop.parent = around;
      frame.loop = frame.draft.loops.push(loop) - 1;
      if (condition) this.#file.expressions.value(condition, frame);
    }
    if (isLeft(body)) loop.isLeft = true;
    const comment = this.#commentAbove(node);
    if (comment !== undefined) loop.comment = comment;
    // What a loop adds to a query is there any number of times.
    const before = new Map(frame.queries);
    this.block(body, frame);
    for (const [name, query] of frame.queries) if (before.get(name)?.chain !== query.chain) frame.queries.delete(name);
    frame.loop = around;
    const rest = childOf(node, 'alternative');
    if (rest) this.block(rest, frame);
  }

  #commentAbove(node: SyntaxNode): string | undefined {
    return /(?:^|\n)((?:[ \t]*#[^\n]*\n)+)[ \t]*$/
      .exec(this.#file.source.slice(Math.max(0, node.start - 500), node.start))?.[1]
      ?.trim();
  }

  #with(node: SyntaxNode, frame: Frame): void {
    const items = node.children.filter(({ type }) => type === 'with_clause').flatMap(({ children }) => children);
    for (const item of items) {
      const value = childOf(item, 'value') ?? item.children[0];
      if (value?.type !== 'as_pattern') {
        const taken = value && this.#file.expressions.value(value, frame);
        // `with connection:`
        if (value?.type === 'identifier')
          this.#file.bind(frame, { name: '', range: rangeOf(value) }, rangeOf(value), taken).isManaged = true;
        continue;
      }
      const [expression] = value.children;
      const target = childOf(value, 'alias')?.children[0] ?? childOf(value, 'alias');
      const taken = expression && this.#file.expressions.value(expression, frame);
      if (target)
        this.#file.bind(
          frame,
          { name: this.#file.text(target), range: rangeOf(target) },
          rangeOf(value),
          taken,
        ).isManaged = true;
    }
    const body = childOf(node, 'body');
    if (body) this.block(body, frame);
  }
}

/** Several `except` clauses are arms of what handles it; nobody knows which errors they leave out. */
function noteTry(node: SyntaxNode, { draft }: Frame, nextDecision: () => number): void {
  const body = childOf(node, 'body');
  const handlers = node.children.filter(({ type }) => /^except_(?:group_)?clause$/.test(type));
  const finalizer = node.children.find(({ type }) => type === 'finally_clause');
  const [first] = handlers;
  const last = handlers.at(-1);
  if (!body) return;
  draft.ways.push({
    kind: 'try',
    body: rangeOf(body),
    ...(first && last && { handler: { start: first.start, end: last.end } }),
    ...(finalizer && { finalizer: rangeOf(finalizer) }),
  });
  if (handlers.length < 2) return;
  const id = nextDecision();
  for (const one of handlers) draft.ways.push({ kind: 'arm', id, of: handlers.length, range: rangeOf(one) });
}

/** `break` or `return` on some way. */
function isLeft(body: SyntaxNode): boolean {
  return body.children.some(
    (child) =>
      child.type === 'break_statement' ||
      child.type === 'return_statement' ||
      (/^(?:if_statement|else_clause|elif_clause|block|try_statement|except_clause|with_statement)$/.test(child.type) &&
        isLeft(child)),
  );
}
