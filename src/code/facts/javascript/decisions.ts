import type { FileReader } from './file-reader';
import type { Variable } from './flow';
import type { Frame } from './frame';
import { unwrap } from './nodes';
import type { SyntaxNode } from './syntax-tree';

const longest = 80;

/** `status`, `filter.ids.length > 0`, `typeof x === 'string'`; nothing that is called, since it may answer otherwise. */
const repeatable = /^[\w$.\s!=<>&|'"-]+$/;
const constants = new Set(['undefined', 'null', 'true', 'false', 'typeof', 'instanceof', 'in', 'this', 'NaN']);

/** Numbers the decisions of a file. `if (status) …` twice is one decision as long as nobody sets `status`. */
export class Decisions {
  readonly #file: FileReader;
  readonly #known = new Map<string, number>();
  readonly #numbers = new Map<Variable, number>();
  /** In which conditions a variable stands. */
  readonly #keys = new Map<Variable, Set<string>>();
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
    if (test.end - test.start > longest) return { id: this.next(), flipped };
    const text = this.#file.source.slice(test.start, test.end).replaceAll('?.', '.');
    const variables = repeatable.test(text) ? this.#variablesIn(text, frame) : [];
    if (variables.length === 0) return { id: this.next(), flipped };
    const key = `${variables.map((variable) => this.#numberOf(variable)).join(',')} ${text}`;
    const id = this.#known.get(key) ?? this.next();
    this.#known.set(key, id);
    for (const variable of variables) this.#keysOf(variable).add(key);
    return { id, flipped };
  }

  /** The names of a condition; none when one of them is not known. */
  #variablesIn(text: string, frame: Frame): Variable[] {
    const names = new Set(text.replace(/'[^']*'|"[^"]*"/g, '').match(/(?<![.\w$])[A-Za-z_$][\w$]*/g));
    const variables: Variable[] = [];
    for (const name of names) {
      if (constants.has(name)) continue;
      const variable = frame.scope.find(name);
      if (variable === undefined) return [];
      variables.push(variable);
    }
    return variables;
  }

  #numberOf(variable: Variable): number {
    const number = this.#numbers.get(variable) ?? this.#numbers.size;
    this.#numbers.set(variable, number);
    return number;
  }

  #keysOf(variable: Variable): Set<string> {
    const keys = this.#keys.get(variable) ?? new Set<string>();
    this.#keys.set(variable, keys);
    return keys;
  }

  /** The variable has another value now. */
  forget(variable: Variable): void {
    for (const key of this.#keys.get(variable) ?? []) this.#known.delete(key);
    this.#keys.delete(variable);
  }
}
