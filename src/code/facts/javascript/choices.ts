import type { Branch, RuntimeValue, Value } from '../values';
import { withPostgres } from './dialects';
import type { Taker } from './expressions';
import type { FileReader } from './file-reader';
import { type Frame, inBranch } from './frame';
import { mergeArms } from './merge';
import { childOf, rangeOf } from './nodes';
import type { SyntaxNode } from './syntax-tree';

const condition: Taker = { within: 'condition' };

/** Reads the operators that decide: `? :`, `&&`, `||`, `??`. */
export class ChoiceReader {
  readonly #file: FileReader;

  constructor(file: FileReader) {
    this.#file = file;
  }

  ternary(node: SyntaxNode, frame: Frame, taker: Taker): Value {
    const test = childOf(node, 'condition');
    const yes = childOf(node, 'consequence');
    const no = childOf(node, 'alternative');
    if (test === undefined || yes === undefined || no === undefined) return this.#file.runtime(node);
    this.#file.expressions.read(test, frame, condition);
    const answer = withPostgres(test, this.#file.source);
    if (answer !== undefined) return this.#file.expressions.read(answer ? yes : no, frame, taker);
    const { id, flipped } = this.#file.decisions.of(test, frame);
    const arms: [Branch, Branch] = [
      { id, arm: flipped ? 1 : 0, of: 2 },
      { id, arm: flipped ? 0 : 1, of: 2 },
    ];
    return this.#eitherOf(node, frame, [
      { branch: arms[0], read: () => this.#file.expressions.read(yes, frame, taker) },
      { branch: arms[1], read: () => this.#file.expressions.read(no, frame, taker) },
    ]);
  }

  #eitherOf(node: SyntaxNode, frame: Frame, arms: readonly { branch: Branch; read: () => Value }[]): Value {
    const options: { value: Value; branch: Branch }[] = [];
    this.#file.flow.decide(
      arms.map(({ branch, read }) => ({
        branch,
        read: () => {
          options.push({ value: inBranch(frame, branch, read), branch });
          return 'on';
        },
      })),
    );
    return this.#choiceOf(node, options);
  }

  /** Two values that only the run time knows are one such value: nothing is gained by telling them apart. */
  #choiceOf(node: SyntaxNode, options: readonly { value: Value; branch: Branch }[]): Value {
    const types = new Set(options.map(({ value }) => plainType(value)));
    const [type] = types;
    if (types.size === 1 && type !== undefined) return this.#file.runtime(node, type === 'unknown' ? undefined : type);
    return oneObject(options) ?? { kind: 'choice', options, range: rangeOf(node) };
  }

  /** `a && b`, `a || b`, `a ?? b` */
  logical(node: SyntaxNode, operator: string, frame: Frame, taker: Taker): Value {
    const left = childOf(node, 'left');
    const right = childOf(node, 'right');
    if (left === undefined || right === undefined) return this.#file.runtime(node);
    const isTest = taker.within === 'condition';
    const isTested = operator === '&&' || isTest;
    const first = this.#file.expressions.read(left, frame, isTested ? condition : insideOf(taker));
    const { id, flipped } =
      operator === '??' ? { id: this.#file.decisions.next(), flipped: false } : this.#file.decisions.of(left, frame);
    const here: Branch = { id, arm: flipped ? 1 : 0, of: 2 };
    const there: Branch = { id, arm: flipped ? 0 : 1, of: 2 };
    let second: Value | undefined;
    const taken = operator === '&&' ? here : there;
    this.#file.flow.decide([
      {
        branch: taken,
        read: () => {
          second = inBranch(frame, taken, () => this.#file.expressions.read(right, frame, taker));
          return 'on';
        },
      },
      { branch: taken === here ? there : here, read: () => 'on' },
    ]);
    if (isTest || second === undefined) return this.#file.runtime(node, 'boolean');
    if (operator === '&&') {
      if (plainType(second) === 'boolean') return this.#file.runtime(node, 'boolean');
      const nothing: Value = { kind: 'literal', value: undefined, range: first.range };
      return this.#choiceOf(node, [
        { value: second, branch: here },
        { value: nothing, branch: there },
      ]);
    }
    if (isSurelyThere(first)) return first;
    // `(a && b) || c`: what is not there is `c`, and that was decided by `a`.
    if (first.kind === 'choice' && first.options.some((option) => isNothing(option.value))) {
      const other = second;
      const options = first.options.map((option) => (isNothing(option.value) ? { ...option, value: other } : option));
      return this.#choiceOf(node, options);
    }
    const type = plainType(second);
    const isPlain = plainType(first) !== undefined || first.kind === 'chain';
    // `limit ?? 10`: a parameter either way. A text may be a direction or a name, and null is another condition.
    if (isPlain && (type === 'number' || type === 'boolean')) return this.#file.runtime(node, type);
    return this.#choiceOf(node, [
      { value: first, branch: here },
      { value: second, branch: there },
    ]);
  }
}

/** 'unknown' for a value that only the run time knows, its type where that is known; undefined for anything that says more. */
function plainType(value: Value): RuntimeValue['type'] | 'unknown' | undefined {
  if (value.kind === 'runtime') return value.type ?? 'unknown';
  if (value.kind !== 'literal') return undefined;
  if (typeof value.value === 'number') return 'number';
  return typeof value.value === 'boolean' ? 'boolean' : undefined;
}

/** `a ? { b } : { c }` is an object with one entry or the other, which statements may add to. */
function oneObject(options: readonly { readonly value: Value; readonly branch: Branch }[]): Value | undefined {
  const isKnown = ({ value }: { readonly value: Value }) =>
    (value.kind === 'object' || value.kind === 'array') && value.kind === options[0]?.value.kind && !value.open;
  return options.every(isKnown) ? mergeArms(options) : undefined;
}

function isNothing(value: Value): boolean {
  return value.kind === 'literal' && (value.value === undefined || value.value === null);
}

function insideOf({ within }: Taker): Taker {
  return within === undefined ? {} : { within };
}

function isSurelyThere(value: Value): boolean {
  return (
    value.kind === 'object' ||
    value.kind === 'array' ||
    value.kind === 'function' ||
    (value.kind === 'literal' && !!value.value)
  );
}
