import type { TextRange } from '../../../nouns/text-range';
import type { Binding, Use } from '../facts';
import type { Branch, Value } from '../values';
import type { Mutable } from './frame';
import { mergeArms, mergeLoop } from './merge';

/** A name of the program in its scope. */
export interface Variable {
  readonly name: string;
  /** Index of the function that declares it; 0 for the file. */
  readonly within: number;
  /** What it stands for at the point that is read now; undefined when that is not known. */
  value: Value | undefined;
  /** The uses that gave its value. */
  uses: readonly Mutable<Use>[];
  /** Its value is set by a function that may run at any time: nothing is known of it. */
  isWild: boolean;
}

export function variableOf(name: string, within: number): Variable {
  return { name, within, value: undefined, uses: [], isWild: false };
}

export class Scope {
  readonly parent: Scope | undefined;
  /** Of a block; undefined for a function's own. */
  readonly range: TextRange | undefined;
  /** What is declared or set in it; settled when it ends. */
  readonly bindings: Mutable<Binding>[] = [];
  readonly #names = new Map<string, Variable>();

  constructor(parent: Scope | undefined, range?: TextRange) {
    this.parent = parent;
    this.range = range;
  }

  declare(variable: Variable): void {
    this.#names.set(variable.name, variable);
  }

  own(name: string): Variable | undefined {
    return this.#names.get(name);
  }

  find(name: string): Variable | undefined {
    return this.homeOf(name)?.own(name);
  }

  /** The scope that declares a name. */
  homeOf(name: string): Scope | undefined {
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.parent) {
      if (scope.#names.has(name)) return scope;
    }
    return undefined;
  }
}

/** How a statement ends: it goes on, leaves the loop or switch, or leaves the function. */
export type End = 'on' | 'break' | 'leave';

interface Change {
  readonly variable: Variable;
  readonly before: Value | undefined;
}

/**
 * What the names stand for at the point of the program that is read now. Arms of a decision are read one after the other,
 * each from the same start; what they change is undone and then merged.
 */
export class Flow {
  readonly #changes: Change[] = [];

  set(variable: Variable, value: Value | undefined): void {
    if (variable.value === value) return;
    this.#changes.push({ variable, before: variable.value });
    variable.value = value;
  }

  /** Reads the arms; those that end the block say nothing about what follows. */
  decide(arms: readonly { readonly branch: Branch; readonly read: () => End }[]): End {
    const outcomes = arms.map(({ branch, read }) => {
      const mark = this.#changes.length;
      const end = read();
      return { branch, end, after: this.#undo(mark) };
    });
    const live = outcomes.filter(({ end }) => end === 'on');
    const changed = new Set(live.flatMap(({ after }) => [...after.keys()]));
    for (const variable of changed) {
      // Of the arms that end nothing is left: they are not counted either.
      const values = live.map(({ branch, after }, arm) => ({
        branch: live.length === arms.length ? branch : { ...branch, arm, of: live.length },
        value: after.has(variable) ? after.get(variable) : variable.value,
      }));
      this.set(variable, values.length === 1 ? values[0]?.value : mergeArms(values));
    }
    if (live.length > 0) return 'on';
    return outcomes.every(({ end }) => end === 'leave') ? 'leave' : 'break';
  }

  /** Reads something that may run any number of times: what it adds is not counted. */
  repeat(read: () => void): void {
    const mark = this.#changes.length;
    read();
    for (const [variable, after] of this.#undo(mark)) this.set(variable, mergeLoop(variable.value, after));
  }

  /** Sets everything back to the mark; the values that stood there at last. */
  #undo(mark: number): Map<Variable, Value | undefined> {
    const after = new Map<Variable, Value | undefined>();
    for (let change = this.#pop(mark); change !== undefined; change = this.#pop(mark)) {
      if (!after.has(change.variable)) after.set(change.variable, change.variable.value);
      change.variable.value = change.before;
    }
    return after;
  }

  #pop(mark: number): Change | undefined {
    return this.#changes.length > mark ? this.#changes.pop() : undefined;
  }
}
