import type { Use } from '../facts';
import type { RuntimeValue, Value } from '../values';
import type { FileReader } from './file-reader';
import type { Frame, Mutable } from './frame';
import { childOf, isClass, isFunction, rangeOf, unwrap } from './nodes';
import { decodeText } from './strings';
import type { SyntaxNode } from './syntax-tree';

/** What takes an expression's value. */
export interface Taker {
  readonly within?: Use['within'];
  /** The binding that takes it: told to the use, once it is known. */
  readonly onUse?: (use: Mutable<Use>) => void;
  readonly isAwaited?: true;
  /** `PostService`, `resolvers.Query`: functions inside are named by it. */
  readonly name?: string;
  /** A statement of its own: nobody takes the value. */
  readonly isStatement?: true;
}

/** Beyond this depth of nesting an expression is not read. */
export const deepest = 300;

/** Beyond it a text is data. UTF-16 code units. */
const longestText = 20_000;

const argument: Taker = { within: 'argument' };
const condition: Taker = { within: 'condition' };

/** Reads expressions: gives their values, and records the chains in them as uses of the function. */
export class ExpressionReader {
  readonly #file: FileReader;

  constructor(file: FileReader) {
    this.#file = file;
  }

  read(node: SyntaxNode, frame: Frame, taker: Taker): Value {
    if (frame.depth > deepest) return this.#runtime(node);
    frame.depth++;
    try {
      const value = this.#read(node, frame, taker);
      if (taker.isStatement) this.#file.assignments.called(value, node, frame);
      return value;
    } finally {
      frame.depth--;
    }
  }

  #read(node: SyntaxNode, frame: Frame, taker: Taker): Value {
    switch (node.type) {
      case 'identifier':
      case 'member_expression':
      case 'call_expression':
      case 'new_expression':
      case 'subscript_expression':
      case 'await_expression':
      case 'this':
      case 'super':
      case 'meta_property':
      case 'parenthesized_expression':
      case 'as_expression':
      case 'satisfies_expression':
      case 'non_null_expression':
      case 'instantiation_expression':
      case 'type_assertion':
      case 'undefined':
      case 'shorthand_property_identifier':
        return this.#file.chains.read(node, frame, taker);
      case 'string':
        return this.#string(node);
      case 'number':
        return this.#literal(node, numberOf(this.#file.text(node)));
      case 'true':
        return this.#literal(node, true);
      case 'false':
        return this.#literal(node, false);
      case 'null':
        return this.#literal(node, null);
      case 'regex':
        return this.#runtime(node, 'regexp');
      case 'object':
        return this.#file.objects.object(node, frame, taker);
      case 'array':
        return this.#file.objects.array(node, frame);
      case 'template_string':
        return this.#file.objects.template(node, frame, undefined);
      case 'ternary_expression':
        return this.#file.choices.ternary(node, frame, taker);
      case 'binary_expression':
        return this.#binary(node, frame, taker);
      case 'unary_expression':
        return this.#unary(node, frame);
      case 'update_expression':
        return this.#update(node, frame);
      case 'assignment_expression':
      case 'augmented_assignment_expression':
        return this.#file.assignments.read(node, frame, taker);
      case 'sequence_expression': {
        let last: Value | undefined;
        for (const child of node.children) last = this.read(child, frame, taker);
        return last ?? this.#runtime(node);
      }
      case 'yield_expression': {
        const child = node.children.at(-1);
        if (child !== undefined) this.read(child, frame, { within: 'return' });
        return this.#runtime(node);
      }
      case 'spread_element':
        return this.read(node.children.at(-1) ?? node, frame, argument);
      default:
        return this.#other(node, frame, taker);
    }
  }

  #string(node: SyntaxNode): Value {
    if (node.end - node.start > longestText) return this.#runtime(node, 'string');
    const end = Math.max(node.start + 1, node.end - 1);
    return this.#literal(node, decodeText(this.#file.source.slice(node.start + 1, end)));
  }

  #other(node: SyntaxNode, frame: Frame, taker: Taker): Value {
    if (isFunction(node)) return this.#file.functions.later(node, frame, { name: taker.name ?? '' });
    if (isClass(node)) return this.#file.classes.expression(node, frame, taker.name);
    // JSX, what does not parse, and what other grammars have.
    for (const child of node.children) this.#descend(child, frame);
    return this.#runtime(node, node.type.startsWith('jsx') ? 'object' : undefined);
  }

  #descend(node: SyntaxNode, frame: Frame): void {
    if (node.type === 'identifier' || node.type === 'property_identifier' || node.type === 'type_identifier') return;
    if (this.#file.statements.isStatement(node)) this.#file.statements.read(node, frame);
    else if (isFunction(node)) this.#file.functions.now(node, frame, undefined);
    else this.read(node, frame, argument);
  }

  #binary(node: SyntaxNode, frame: Frame, taker: Taker): Value {
    const operator = childOf(node, 'operator')?.type ?? '';
    if (operator === '&&' || operator === '||' || operator === '??')
      return this.#file.choices.logical(node, operator, frame, taker);
    const operands = this.#operands(node, operator);
    const values = operands.map((operand) => this.read(operand, frame, taker.within === 'condition' ? condition : {}));
    if (operator === '+') return this.#file.objects.sum(values, node);
    return this.#runtime(node, /^(?:[=!<>]|in$|instanceof$)/.test(operator) ? 'boolean' : 'number');
  }

  /** `a + b + c` leans to the left, thousands deep in generated code. */
  #operands(node: SyntaxNode, operator: string): SyntaxNode[] {
    const operands: SyntaxNode[] = [];
    let current = node;
    while (current.type === 'binary_expression' && (childOf(current, 'operator')?.type ?? '') === operator) {
      const right = childOf(current, 'right');
      if (right !== undefined) operands.push(right);
      const left = childOf(current, 'left');
      if (left === undefined) return operands.reverse();
      current = left;
    }
    operands.push(current);
    return operands.reverse();
  }

  #unary(node: SyntaxNode, frame: Frame): Value {
    const operator = childOf(node, 'operator')?.type ?? '';
    const operand = childOf(node, 'argument');
    if (operand === undefined) return this.#runtime(node);
    if (operator === 'delete') return this.#file.assignments.remove(node, operand, frame);
    const value = this.read(operand, frame, operator === '!' ? condition : {});
    if (operator === 'void') return this.#literal(node, undefined);
    if (operator === '-' && value.kind === 'literal' && typeof value.value === 'number') {
      return this.#literal(node, -value.value);
    }
    if (operator === '!' && value.kind === 'literal') return this.#literal(node, !value.value);
    return this.#runtime(node, operator === '!' ? 'boolean' : operator === 'typeof' ? 'string' : 'number');
  }

  #update(node: SyntaxNode, frame: Frame): Value {
    const operand = childOf(node, 'argument');
    if (operand !== undefined) this.#file.assignments.forget(operand, frame);
    return this.#runtime(node, 'number');
  }

  #literal(node: SyntaxNode, value: string | number | boolean | null | undefined): Value {
    return {
      kind: 'literal',
      value: typeof value === 'string' ? this.#file.names.of(value) : value,
      range: rangeOf(node),
    };
  }

  #runtime(node: SyntaxNode, type?: RuntimeValue['type']): RuntimeValue {
    return this.#file.runtime(unwrap(node), type);
  }
}

/** A bigint is its digits. */
function numberOf(text: string): number | string {
  const plain = text.replaceAll('_', '');
  return plain.endsWith('n') ? plain.slice(0, -1) : Number(plain);
}
