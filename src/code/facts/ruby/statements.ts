import type { LoopFacts, WayFacts } from '../facts';
import type { Branch, Pattern, Value } from '../values';
import type { FileReader } from './file-reader';
import type { Frame } from './frame';
import { childOf, type RubyNode, rangeOf } from './nodes';

/** What stands one below the other. Every statement is an expression, and the last one is what its function gives. */
export class StatementReader {
  readonly #file: FileReader;

  constructor(file: FileReader) {
    this.#file = file;
  }

  /** The value of the last one. */
  all(nodes: readonly RubyNode[], frame: Frame): Value | undefined {
    let last: Value | undefined;
    for (const node of nodes) last = this.read(node, frame);
    return last;
  }

  /** A body with its `rescue` and `ensure`, or a lone expression: `def a = b`. */
  body(node: RubyNode, frame: Frame): Value | undefined {
    if (!/^(?:body_statement|block_body|then|else|do|begin|parenthesized_statements|ensure)$/.test(node.type))
      return this.read(node, frame);
    let last: Value | undefined;
    noteTry(node, frame);
    for (const child of node.children) {
      if (child.type === 'rescue') this.#rescue(child, frame);
      else if (child.type === 'ensure') this.body(child, frame);
      else last = this.read(child, frame);
    }
    return last;
  }

  read(node: RubyNode, frame: Frame): Value | undefined {
    switch (node.type) {
      case 'class':
      case 'module':
        this.#file.classReader.read(node, frame);
        return undefined;
      case 'method':
      case 'singleton_method':
        this.#file.methods.method(node, frame);
        return undefined;
      case 'if':
      case 'unless':
      case 'if_modifier':
      case 'unless_modifier':
        return this.#decision(node, frame);
      case 'case':
        return this.#case(node, frame);
      case 'for':
        this.#for(node, frame);
        return undefined;
      case 'while':
      case 'until':
      case 'while_modifier':
      case 'until_modifier':
        this.#while(node, frame);
        return undefined;
      case 'return':
      case 'next':
      case 'break':
        this.#leave(node, frame);
        return undefined;
      case 'begin':
      case 'parenthesized_statements':
      case 'then':
      case 'else':
      case 'do':
        return this.body(node, frame);
      case 'rescue_modifier':
        return this.all(node.children, frame);
      case 'assignment':
      case 'operator_assignment':
        return this.#assignment(node, frame);
      default:
        return this.#file.expressions.value(node, frame);
    }
  }

  #rescue(node: RubyNode, frame: Frame): void {
    const name = childOf(node, 'variable')?.children[0];
    if (name?.type === 'identifier') frame.own.add(this.#file.text(name));
    const body = childOf(node, 'body');
    const [, arm] = this.#file.arms(2, frame.branch);
    if (body) this.body(body, withBranch(frame, arm));
  }

  #decision(node: RubyNode, frame: Frame): Value | undefined {
    const condition = childOf(node, 'condition');
    if (condition) this.#file.expressions.value(condition, frame, 'condition');
    const [first, second] = this.#file.arms(2, frame.branch);
    const body = childOf(node, 'consequence') ?? childOf(node, 'body');
    const alternative = childOf(node, 'alternative');
    const arms = [body, alternative].filter((arm) => arm !== undefined);
    for (const arm of arms) note(frame, { kind: 'arm', id: first?.id ?? node.start, of: 2, range: rangeOf(arm) });
    const one = body && this.body(body, withBranch(frame, first));
    const inElse = withBranch(frame, second);
    const other =
      alternative &&
      (alternative.type === 'elsif' ? this.#decision(alternative, inElse) : this.body(alternative, inElse));
    if (!one || !other || !first || !second) return one ?? other;
    const options = [
      { value: one, branch: first },
      { value: other, branch: second },
    ];
    return { kind: 'choice', options, range: rangeOf(node) };
  }

  #case(node: RubyNode, frame: Frame): Value | undefined {
    const value = childOf(node, 'value');
    if (value) this.#file.expressions.value(value, frame, 'condition');
    const clauses = node.children.filter(({ type }) => /^(?:when|else|in_clause)$/.test(type));
    const hasElse = clauses.some(({ type }) => type === 'else');
    const arms = this.#file.arms(clauses.length + (hasElse ? 0 : 1), frame.branch);
    const options = clauses.flatMap((clause, i) => {
      const branch = arms[i];
      const body = clause.type === 'else' ? clause : childOf(clause, 'body');
      const given = body && this.body(body, withBranch(frame, branch));
      return given && branch ? [{ value: given, branch }] : [];
    });
    return options.length === 0 ? undefined : { kind: 'choice', options, range: rangeOf(node) };
  }

  #for(node: RubyNode, frame: Frame): void {
    const list = childOf(node, 'value')?.children[0];
    const name = childOf(node, 'pattern');
    const body = childOf(node, 'body');
    const over = list && this.#file.expressions.value(list, frame, 'loop head');
    if (!name || !over || !body) return;
    const element: Pattern = { name: this.#file.text(name), range: rangeOf(name) };
    const headRange = { start: node.start, end: body.start };
    const loop = this.#loop(
      frame,
      { kind: 'for of', headRange, bodyRange: rangeOf(body), element, over, head: '' },
      node,
    );
    this.#file.bind(loop, element, over, true);
    this.body(body, loop);
  }

  #while(node: RubyNode, frame: Frame): void {
    const condition = childOf(node, 'condition');
    const body = childOf(node, 'body');
    if (!condition || !body) return;
    const headRange = { start: Math.min(node.start, condition.start), end: condition.end };
    const head = this.#file.text(condition);
    const loop = this.#loop(frame, { kind: 'while', headRange, bodyRange: rangeOf(body), head }, node);
    this.#file.expressions.value(condition, loop, 'loop head');
    this.body(body, loop);
  }

  #loop(frame: Frame, facts: LoopFacts, node: RubyNode): Frame {
    const comment = this.#file.commentAbove(node);
    const isLeft = /\b(?:break|return)\b/.test(this.#file.text(facts.bodyRange));
    const index =
      frame.draft.loops.push({
        ...facts,
        ...(frame.loop === undefined ? {} : { parent: frame.loop }),
        ...(isLeft ? { isLeft: true } : {}),
        ...(comment === undefined ? {} : { comment }),
      }) - 1;
    return { ...frame, loop: index };
  }

  #leave(node: RubyNode, frame: Frame): void {
    if (node.type === 'return') note(frame, { kind: 'return', range: rangeOf(node) });
    const given = node.children
      .flatMap((list) => list.children)
      .map((one) => this.#file.expressions.value(one, frame, 'return'));
    const [value] = given;
    if (value && node.type !== 'break') frame.draft.returns.push(value);
  }

  #assignment(node: RubyNode, frame: Frame): Value | undefined {
    const left = childOf(node, 'left');
    const right = childOf(node, 'right');
    if (!left || !right) return undefined;
    if (left.type === 'left_assignment_list') {
      const rights = right.type === 'right_assignment_list' ? right.children : [];
      left.children.forEach((target, i) => {
        const one = rights[i];
        if (!one && rights.length === 0 && i === 1) return;
        this.#assign(target, one && this.#file.expressions.value(one, frame), frame);
      });
      const whole = rights.length === 0 ? this.#file.expressions.value(right, frame) : undefined;
      const [, second] = left.children;
      if (whole && second) this.#assign(second, paged(whole), frame);
      return undefined;
    }
    const before = frame.draft.uses.length;
    // `a = b = c`, `x = if a then … end`
    const value = this.read(right, frame) ?? this.#file.runtime(right);
    const isAppended = node.type === 'operator_assignment' && childOf(node, 'operator')?.type !== '||=';
    const binding = this.#assign(left, isAppended ? this.#file.runtime(node) : value, frame);
    const use = frame.draft.uses.slice(before).find(({ chain }) => chain === value);
    if (use && binding !== undefined) use.binding = binding;
    return value;
  }

  #assign(left: RubyNode, value: Value | undefined, frame: Frame): number | undefined {
    if (/^(?:identifier|instance_variable|constant|class_variable|global_variable)$/.test(left.type))
      return this.#file.bind(frame, { name: this.#file.text(left), range: rangeOf(left) }, value);
    // `post.title = 'x'`, `counts[id] = 1`
    const before = frame.draft.uses.length;
    const target = this.#file.expressions.value(left, frame);
    const use = frame.draft.uses.slice(before).find(({ chain }) => chain === target);
    if (use) use.isWritten = true;
    return undefined;
  }
}

/** `@pagy, @posts = pagy(Post.order(:id))`: a page of what is given. */
function paged(value: Value): Value | undefined {
  const link = value.kind === 'chain' && value.root === 'this' ? value.links[0] : undefined;
  return link && /^pagy(?:_countless|_keyset)?$/.test(link.name) ? link.arguments?.[0] : undefined;
}

/** `rescue` and `ensure` stand beside what they are for. */
function noteTry({ children }: RubyNode, frame: Frame): void {
  const handlers = children.filter(({ type }) => type === 'rescue');
  const finalizer = children.find(({ type }) => type === 'ensure');
  const body = children.filter(({ type }) => !/^(?:rescue|ensure|else)$/.test(type));
  const [first, last] = [body[0], body.at(-1)];
  const [handler, lastHandler] = [handlers[0], handlers.at(-1)];
  if (!first || !last || (!handler && !finalizer)) return;
  note(frame, {
    kind: 'try',
    body: { start: first.start, end: last.end },
    ...(handler && lastHandler && { handler: { start: handler.start, end: lastHandler.end } }),
    ...(finalizer && { finalizer: rangeOf(finalizer) }),
  });
}

function note({ draft }: Frame, way: WayFacts): void {
  draft.ways = [...(draft.ways ?? []), way];
}

function withBranch(frame: Frame, branch: Branch | undefined): Frame {
  return branch ? { ...frame, branch } : frame;
}
