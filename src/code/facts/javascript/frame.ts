import type { TextRange } from '../../../nouns/text-range';
import type { Binding, ClassFacts, FieldFacts, FunctionFacts, LoopFacts, MethodFacts, Use, WayFacts } from '../facts';
import type { Branch, FunctionStep, Pattern, Value } from '../values';
import type { Scope } from './flow';

export type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Facts of a function while it is read. */
export interface FunctionDraft extends Mutable<FunctionFacts> {
  parameters: Pattern[];
  bindings: Mutable<Binding>[];
  uses: Mutable<Use>[];
  loops: Mutable<LoopFacts>[];
  ways: WayFacts[];
  returns: Value[];
}

/** Facts of a class while it is read. */
export interface ClassDraft extends Mutable<ClassFacts> {
  fields: Mutable<FieldFacts>[];
  methods: MethodFacts[];
}

/** The function that is read now, and where in it the reader stands. */
export interface Frame {
  readonly id: number;
  readonly draft: FunctionDraft;
  scope: Scope;
  loop: number | undefined;
  branch: Branch | undefined;
  isTry: boolean;
  /** Start of the statement that is read: what is said above it is said of the functions that it names. */
  statement: number;
  /** The class around it: what `this` is. */
  readonly owner: ClassDraft | undefined;
  /** Calls and returns, for a FunctionValue. */
  readonly steps: FunctionStep[];
  /** Functions that run later than they are written: they see what the names stand for in the end. */
  readonly later: (() => void)[];
  /** Loops around this point that `break` leaves; 'switch' for a switch. */
  readonly breakable: (number | 'switch')[];
  /** Calls around this point whose arguments are read. */
  arguments: number;
  /** How deep the nesting is. */
  depth: number;
}

export function emptyDraft(name: string, range: TextRange, nameRange: TextRange): FunctionDraft {
  return { name, parameters: [], nameRange, range, bindings: [], uses: [], loops: [], ways: [], returns: [] };
}

/** Reads something as one arm of a decision. */
export function inBranch<T>(frame: Frame, branch: Branch, read: () => T): T {
  const before = frame.branch;
  frame.branch = before === undefined ? branch : { ...branch, within: before };
  try {
    return read();
  } finally {
    frame.branch = before;
  }
}
