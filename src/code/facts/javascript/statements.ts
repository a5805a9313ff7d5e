import type { Value } from '../values';
import type { FileReader } from './file-reader';
import { type End, Scope, variableOf } from './flow';
import type { Frame } from './frame';
import { childOf, isFunction, rangeOf } from './nodes';
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
        frame.draft.ways.push({ kind: 'throw', range: rangeOf(node) });
        for (const child of node.children) this.#file.expressions.read(child, frame, {});
        return 'leave';
      case 'break_statement':
      case 'continue_statement':
        return this.#break(node, frame);
      case 'statement_block':
        return this.scoped(node, frame, () => this.block(node.children, frame));
      case 'if_statement':
        return this.#file.branches.if(node, frame);
      case 'switch_statement':
        return this.#file.branches.switch(node, frame);
      case 'for_statement':
      case 'for_in_statement':
      case 'while_statement':
      case 'do_statement':
        return this.#file.loops.read(node, frame);
      case 'try_statement':
        return this.#file.branches.try(node, frame);
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
    frame.draft.ways.push({ kind: 'return', range: rangeOf(node) });
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

  /** What is declared in the node is known in it only. */
  scoped<T>(node: SyntaxNode, frame: Frame, read: () => T): T {
    const before = frame.scope;
    frame.scope = new Scope(before, rangeOf(node));
    try {
      return read();
    } finally {
      this.#file.settleBindings(frame);
      frame.scope = before;
    }
  }
}
