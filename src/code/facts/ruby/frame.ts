import type { ClassFacts, FunctionFacts } from '../facts';
import type { Branch } from '../values';

export type Mutable<T> = { -readonly [K in keyof T]: T[K] };

type Lists = 'parameters' | 'bindings' | 'uses' | 'loops' | 'returns';

/** A function while it is read. */
export type FunctionDraft = Mutable<Omit<FunctionFacts, Lists>> & {
  readonly [K in Lists]: FunctionFacts[K][number] extends infer T ? Mutable<T>[] : never;
};

type MemberLists = 'decorators' | 'fields' | 'methods';

export type ClassDraft = Mutable<Omit<ClassFacts, MemberLists>> & {
  readonly [K in MemberLists]: ClassFacts[K][number][];
};

/** Where the reader stands. */
export interface Frame {
  readonly draft: FunctionDraft;
  readonly id: number;
  /** Names of variables; a block sees those around it. */
  readonly names: ReadonlySet<string>[];
  readonly own: Set<string>;
  readonly loop?: number;
  readonly branch?: Branch;
  /** The class or module around, and whether `self` is the class itself. */
  readonly owner?: ClassDraft;
  readonly isStatic?: boolean;
  /** A parameter of every method that nobody writes: a serializer's `object`. */
  readonly rowName?: string;
}

export function isVariable(frame: Frame, name: string): boolean {
  return frame.names.some((names) => names.has(name));
}
