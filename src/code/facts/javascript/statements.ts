import type { Branch, Value } from '../values';
import type { FileReader } from './file-reader';
import { type End, Scope, variableOf } from './flow';
import { type Frame, inBranch } from './frame';
import { childOf, isFunction, rangeOf, unwrap } from './nodes';
import type { SyntaxNode } from './syntax-tree';

const kinds =
  /_statement$|_declaration$|^(?:statement_block|else_clause|finally_clause|internal_module|module|class_static_block|ambient_declaration|switch_body)$/;

/** Reads statements in the order in which they run, and follows what the names stand for. */
export class StatementReader {
  readonly #file: FileReader;

  constructor(file: FileReader) {
    this.#file = file;
  }

  isStatement(node: SyntaxNode): boolean {
    return kinds.test(node.type);
  }

  /** Those behind a `return` are read too, for what they call. */
  block(nodes: readonly SyntaxNode[], frame: Frame): End {
    let end: End = 'on';
    for (const node of nodes) {
      const next = this.read(node, frame);
      if (end === 'on') end = next;
    }
    return end;
  }

  read(node: SyntaxNode, frame: Frame): End {
    if (frame.depth > 300) return 'on';
    frame.depth++;
    const before = frame.statement;
    if (node.type !== 'statement_block') frame.statement = this.#anchor(node, frame);
    try {
      return this.#read(node, frame);
    } finally {
      frame.depth--;
      frame.statement = before;
    }
  }

  /** `export const list = …`: the comment stands above `export`. */
  #anchor(node: SyntaxNode, frame: Frame): number {
    return this.#file.source.startsWith('export', frame.statement) && node.field === 'declaration'
      ? frame.statement
      : node.start;
  }

  #read(node: SyntaxNode, frame: Frame): End {
    switch (node.type) {
      case 'expression_statement':
        this.#expression(node, frame);
        return 'on';
      case 'lexical_declaration':
      case 'variable_declaration':
        this.#file.declarations.read(node, frame);
        return 'on';
      case 'return_statement':
        return this.#return(node, frame);
      case 'throw_statement':
        for (const child of node.children) this.#file.expressions.read(child, frame, {});
        return 'leave';
      case 'break_statement':
      case 'continue_statement':
        return this.#break(node, frame);
      case 'statement_block':
        return this.#scoped(node, frame, () => this.block(node.children, frame));
      case 'if_statement':
        return this.#if(node, frame);
      case 'switch_statement':
        return this.#switch(node, frame);
      case 'for_statement':
      case 'for_in_statement':
      case 'while_statement':
      case 'do_statement':
        return this.#file.loops.read(node, frame);
      case 'try_statement':
        return this.#try(node, frame);
      case 'labeled_statement':
      case 'with_statement': {
        const body = childOf(node, 'body');
        return body === undefined ? 'on' : this.read(body, frame);
      }
      default:
        return this.#declaration(node, frame);
    }
  }

  #declaration(node: SyntaxNode, frame: Frame): End {
    switch (node.type) {
      case 'import_statement':
        this.#file.modules.import(node);
        return 'on';
      case 'export_statement':
        this.#file.modules.export(node, frame);
        return 'on';
      case 'function_declaration':
      case 'generator_function_declaration': {
        const name = childOf(node, 'name');
        if (name !== undefined) frame.scope.declare(variableOf(this.#file.text(name), frame.id));
        this.#file.functions.later(node, frame, { name: '' });
        return 'on';
      }
      case 'class_declaration':
      case 'abstract_class_declaration':
        this.#file.classes.declaration(node, frame, undefined);
        return 'on';
      case 'enum_declaration':
        this.#file.declarations.enumeration(node, frame);
        return 'on';
      case 'internal_module':
      case 'module':
      case 'class_static_block': {
        const body = childOf(node, 'body');
        if (body !== undefined) this.block(body.children, frame);
        return 'on';
      }
      case 'interface_declaration':
      case 'type_alias_declaration':
      case 'ambient_declaration':
        this.#file.declareTypes(node);
        return 'on';
      case 'empty_statement':
      case 'debugger_statement':
        return 'on';
      default:
        return this.#fragment(node, frame);
    }
  }

  /** What does not parse: what stands in it is read as far as it makes sense. */
  #fragment(node: SyntaxNode, frame: Frame): End {
    if (node.type !== 'ERROR') {
      this.#file.expressions.read(node, frame, {});
      return 'on';
    }
    for (const child of node.children) {
      if (/identifier$/.test(child.type) || child.children.length === 0) continue;
      if (this.isStatement(child) || child.type === 'ERROR') this.read(child, frame);
      else if (isFunction(child)) this.#file.functions.later(child, frame, { name: '' });
      else this.#file.expressions.read(child, frame, {});
    }
    return 'on';
  }

  #expression(node: SyntaxNode, frame: Frame): void {
    for (const child of node.children) {
      const value = this.#file.expressions.read(child, frame, { isStatement: true });
      if (value.kind === 'chain' && value.links.length > 0) this.#step(value, false, frame);
    }
  }

  #step(value: Value, isReturned: boolean, frame: Frame): void {
    frame.steps.push({ value, isReturned, ...(frame.branch === undefined ? {} : { branch: frame.branch }) });
  }

  /** `return value`; the body of an arrow function that is an expression. */
  returned(node: SyntaxNode, frame: Frame): void {
    // The body of `(filter) => query.where(filter)` is a statement too.
    const isBody = node.field === 'body';
    const read = this.#file.expressions.read(node, frame, {
      within: 'return',
      ...(isBody ? { isStatement: true } : {}),
    });
    const value = this.#file.variables.settle(read, frame);
    frame.draft.returns.push(value);
    this.#step(value, true, frame);
  }

  #return(node: SyntaxNode, frame: Frame): End {
    const child = node.children[0];
    if (child !== undefined) this.returned(child, frame);
    for (const loop of frame.breakable) this.#file.loops.leave(loop, frame);
    return 'leave';
  }

  #break(node: SyntaxNode, frame: Frame): End {
    const last = frame.breakable.at(-1);
    if (node.type === 'break_statement' && last !== undefined) this.#file.loops.leave(last, frame);
    return 'break';
  }

  #scoped<T>(node: SyntaxNode, frame: Frame, read: () => T): T {
    const before = frame.scope;
    frame.scope = new Scope(before, rangeOf(node));
    try {
      return read();
    } finally {
      this.#file.settleBindings(frame);
      frame.scope = before;
    }
  }

  /** `else if` is a further arm of the same decision. */
  #if(node: SyntaxNode, frame: Frame): End {
    const bodies: (SyntaxNode | undefined)[] = [];
    const first = childOf(node, 'condition');
    let current: SyntaxNode | undefined = node;
    while (current !== undefined) {
      const test = childOf(current, 'condition');
      if (test !== undefined) this.#file.expressions.read(test, frame, { within: 'condition' });
      bodies.push(childOf(current, 'consequence'));
      const otherwise: SyntaxNode | undefined = childOf(current, 'alternative')?.children.at(-1);
      if (otherwise?.type === 'if_statement') current = otherwise;
      else {
        bodies.push(otherwise);
        current = undefined;
      }
    }
    const isSimple = bodies.length === 2 && first !== undefined;
    const { id, flipped } = isSimple
      ? this.#file.decisions.of(first, frame)
      : { id: this.#file.decisions.next(), flipped: false };
    return this.#arms(
      bodies.map((body, i) => ({ body: body === undefined ? [] : [body], arm: flipped ? 1 - i : i })),
      id,
      bodies.length,
      frame,
    );
  }

  #arms(arms: readonly { body: readonly SyntaxNode[]; arm: number }[], id: number, of: number, frame: Frame): End {
    return this.#file.flow.decide(
      arms.map(({ body, arm }) => {
        const branch: Branch = { id, arm, of };
        return { branch, read: () => inBranch(frame, branch, () => this.block(body, frame)) };
      }),
    );
  }

  #switch(node: SyntaxNode, frame: Frame): End {
    const value = childOf(node, 'value');
    if (value !== undefined) this.#file.expressions.read(value, frame, { within: 'condition' });
    const cases = childOf(node, 'body')?.children ?? [];
    // `case 1: case 2: …` is one arm.
    const bodies: SyntaxNode[][] = [];
    for (const each of cases) {
      const test = childOf(each, 'value');
      if (test !== undefined) this.#file.expressions.read(test, frame, {});
      const body = each.children.filter((child) => child.field === 'body');
      if (body.length > 0) bodies.push(body);
    }
    const hasDefault = cases.some((each) => each.type === 'switch_default' && each.children.length > 1);
    const of = bodies.length + (hasDefault ? 0 : 1);
    const arms = bodies.map((body, arm) => ({ body, arm }));
    if (!hasDefault) arms.push({ body: [], arm: bodies.length });
    const id = this.#file.decisions.next();
    frame.breakable.push('switch');
    const end = this.#scoped(node, frame, () =>
      this.#file.flow.decide(
        arms.map(({ body, arm }) => {
          const branch: Branch = { id, arm, of };
          return {
            branch,
            read: (): End => {
              const last = unwrap(body.at(-1) ?? node);
              const ended = inBranch(frame, branch, () => this.block(body, frame));
              return ended === 'break' && endsWithBreak(last) ? 'on' : ended;
            },
          };
        }),
      ),
    );
    frame.breakable.pop();
    return end === 'break' ? 'on' : end;
  }

  /** The handler is an arm of a decision: nobody knows how far the block came. */
  #try(node: SyntaxNode, frame: Frame): End {
    const wasTry = frame.isTry;
    const body = childOf(node, 'body');
    frame.isTry = true;
    const end = body === undefined ? 'on' : this.read(body, frame);
    frame.isTry = wasTry;
    const handler = childOf(node, 'handler');
    let both: End = end;
    if (handler !== undefined) {
      const id = this.#file.decisions.next();
      const caught = this.#file.flow.decide([
        { branch: { id, arm: 0, of: 2 }, read: () => end },
        {
          branch: { id, arm: 1, of: 2 },
          read: () => inBranch(frame, { id, arm: 1, of: 2 }, () => this.#catch(handler, frame)),
        },
      ]);
      both = caught;
    }
    const last = childOf(node, 'finalizer');
    const inner = last === undefined ? undefined : childOf(last, 'body');
    const finished = inner === undefined ? 'on' : this.read(inner, frame);
    return finished === 'on' ? both : finished;
  }

  #catch(node: SyntaxNode, frame: Frame): End {
    return this.#scoped(node, frame, () => {
      const parameter = childOf(node, 'parameter');
      if (parameter !== undefined) this.#file.patterns.read(parameter, frame);
      const body = childOf(node, 'body');
      return body === undefined ? 'on' : this.read(body, frame);
    });
  }
}

/** A `break` inside of an `if` leaves the switch too, but there the rest of the case is skipped only sometimes. */
function endsWithBreak(node: SyntaxNode): boolean {
  if (node.type === 'statement_block') return endsWithBreak(node.children.at(-1) ?? { ...node, type: '' });
  return node.type === 'break_statement';
}
