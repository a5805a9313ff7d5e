import type { TextRange } from '../../../nouns/text-range';
import type { ClassFacts, FieldFacts, FunctionFacts, MethodFacts, Use, WayFacts } from '../facts';
import type { SyntaxNode } from '../javascript/syntax-tree';
import type { Branch, ChainValue } from '../values';

export type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export interface FunctionDraft extends Mutable<FunctionFacts> {
  bindings: Mutable<FunctionFacts['bindings'][number]>[];
  uses: Mutable<Use>[];
  loops: Mutable<FunctionFacts['loops'][number]>[];
  ways: WayFacts[];
  returns: FunctionFacts['returns'][number][];
}

export interface ClassDraft extends Mutable<ClassFacts> {
  fields: FieldFacts[];
  methods: MethodFacts[];
}

/** The function that is read now, and where in it the reader stands. */
export interface Frame {
  readonly id: number;
  readonly draft: FunctionDraft;
  /** `self` of a method, `cls` of a class method: they become `this`. */
  readonly self: string | undefined;
  readonly class: ClassDraft | undefined;
  /** Queries that are put together step by step: name → the chain so far, with the use that has it. */
  readonly queries: Map<string, { readonly chain: ChainValue; readonly use: Mutable<Use> | undefined }>;
  loop: number | undefined;
  branch: Branch | undefined;
  /** Of a comprehension: where its names are known. */
  scope: TextRange | undefined;
}

export function emptyDraft(name: string, range: TextRange, nameRange: TextRange): FunctionDraft {
  return { name, parameters: [], nameRange, range, bindings: [], uses: [], loops: [], ways: [], returns: [] };
}

export function rangeOf({ start, end }: SyntaxNode): TextRange {
  return { start, end };
}

export function childOf(node: SyntaxNode, field: string): SyntaxNode | undefined {
  return node.children.find((child) => child.field === field);
}

export function childrenOf(node: SyntaxNode, field: string): SyntaxNode[] {
  return node.children.filter((child) => child.field === field);
}
