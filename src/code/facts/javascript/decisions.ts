import type { FileReader } from './file-reader';
import type { Variable } from './flow';
import type { Frame } from './frame';
import { unwrap } from './nodes';
import type { SyntaxNode } from './syntax-tree';

/** Numbers the decisions of a file. `if (status) …` twice is one decision as long as nobody sets `status`. */
export class Decisions {
  readonly #file: FileReader;
  readonly #known = new Map<Variable, Map<string, number>>();
  #last = -1;

  constructor(file: FileReader) {
    this.#file = file;
  }

  next(): number {
    this.#last++;
    return this.#last;
  }

  /** `flipped` for `!status`: its `then` is the other's `else`. */
  of(condition: SyntaxNode, frame: Frame): { readonly id: number; readonly flipped: boolean } {
    let flipped = false;
    let test = unwrap(condition);
    while (test.type === 'unary_expression' && test.children[0]?.type === '!') {
      flipped = !flipped;
      test = unwrap(test.children.at(-1) ?? test);
    }
    const text = this.#file.source.slice(test.start, Math.min(test.end, test.start + 80));
    const root = /^([A-Za-z_$][\w$]*)(?:\??\.[\w$]+)*$/.exec(text)?.[1];
    const variable = root === undefined ? undefined : frame.scope.find(root);
    if (variable === undefined) return { id: this.next(), flipped };
    const ofVariable = this.#known.get(variable) ?? new Map<string, number>();
    this.#known.set(variable, ofVariable);
    const key = text.replaceAll('?.', '.');
    const id = ofVariable.get(key) ?? this.next();
    ofVariable.set(key, id);
    return { id, flipped };
  }

  /** The variable has another value now. */
  forget(variable: Variable): void {
    this.#known.delete(variable);
  }
}
