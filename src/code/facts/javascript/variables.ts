import type { ChainValue, FunctionValue, Value } from '../values';
import type { Variable } from './flow';
import type { Frame } from './frame';
import { holdsLater, sizeOf } from './sizes';

/** Values of the file's top level are written out in its functions only up to this size; others are followed by name. */
const largestOfFile = 60;
/** Of the same function. */
const largestOfFunction = 1_500;
/** What all names of a file together may add, in values. */
const largestSum = 60_000;

/**
 * Names that stand for objects and arrays. They are written out as late as possible, where a chain uses them, because
 * statements may add to them until then: `const options = { where }; where.status = 'new'; find(options)`.
 */
export class Variables {
  /** A name's chain → the variable that it names. */
  readonly #references = new Map<Value, Variable>();
  readonly #withoutReferences = new WeakSet<Value>();
  readonly #later = new WeakSet<FunctionValue>();
  #spent = 0;

  /** A function whose body is read when the one around it has ended. */
  runsLater(value: FunctionValue): void {
    this.#later.add(value);
  }

  refer(chain: ChainValue, variable: Variable): ChainValue {
    this.#references.set(chain, variable);
    return chain;
  }

  /** The variable that a value names, through `const a = b`. */
  variableOf(value: Value): Variable | undefined {
    let variable = this.#references.get(value);
    for (let i = 0; i < 20 && variable?.value !== undefined; i++) {
      const next = this.#references.get(variable.value);
      if (next === undefined) break;
      variable = next;
    }
    return variable;
  }

  /** What a name stands for now; any other value is itself. */
  resolve(value: Value): Value {
    return this.variableOf(value)?.value ?? value;
  }

  /** Whether the value may be written out for the name in this function. */
  mayFollow(value: Value, variable: Variable, frame: Frame): boolean {
    if (variable.isWild || this.holdsLater(value)) return false;
    const size = sizeOf(value);
    if (size > (variable.within === 0 && frame.id !== 0 ? largestOfFile : largestOfFunction)) return false;
    if (this.#spent + size > largestSum) return false;
    this.#spent += size;
    return true;
  }

  holdsLater(value: Value): boolean {
    return holdsLater(value, (each) => this.#later.has(each));
  }

  /** With all names of objects and arrays written out as they are now. */
  settle<T extends Value>(value: T, frame: Frame): T {
    if (this.#references.size === 0) return value;
    return this.#settle(value, frame, 0) as T;
  }

  #settle(value: Value, frame: Frame, depth: number): Value {
    if (value.kind === 'literal' || value.kind === 'runtime' || this.#withoutReferences.has(value)) return value;
    if (value.kind === 'chain' && value.links.length === 0 && typeof value.root === 'string') {
      const variable = this.variableOf(value);
      if (variable?.value === undefined || depth > 12) return value;
      if (!this.mayFollow(variable.value, variable, frame)) return value;
      return this.#settle(variable.value, frame, depth + 1);
    }
    const settled = this.#settleParts(value, (part) => this.#settle(part, frame, depth));
    this.#withoutReferences.add(settled);
    return settled;
  }

  #settleParts(value: Value, settle: (part: Value) => Value): Value {
    switch (value.kind) {
      case 'object': {
        const entries = same(value.entries, (entry) => {
          const inner = settle(entry.value);
          return inner === entry.value ? entry : { ...entry, value: inner };
        });
        return entries === value.entries ? value : { ...value, entries };
      }
      case 'array': {
        const elements = same(value.elements, (element) => {
          const inner = settle(element.value);
          return inner === element.value ? element : { ...element, value: inner };
        });
        return elements === value.elements ? value : { ...value, elements };
      }
      case 'chain': {
        const root = typeof value.root === 'string' ? value.root : settle(value.root);
        const links = same(value.links, (link) => {
          if (link.arguments === undefined) return link;
          const inner = same(link.arguments, settle);
          return inner === link.arguments ? link : { ...link, arguments: inner };
        });
        return links === value.links && root === value.root ? value : { ...value, root, links };
      }
      case 'template': {
        const values = same(value.values, settle);
        return values === value.values ? value : { ...value, values };
      }
      case 'choice': {
        const options = same(value.options, (option) => {
          const inner = settle(option.value);
          return inner === option.value ? option : { ...option, value: inner };
        });
        return options === value.options ? value : { ...value, options };
      }
      default:
        return value;
    }
  }
}

function same<T>(list: readonly T[], settle: (item: T) => T): readonly T[] {
  let copy: T[] | undefined;
  for (const [i, item] of list.entries()) {
    const settled = settle(item);
    if (settled !== item) copy ??= list.slice();
    if (copy !== undefined) copy[i] = settled;
  }
  return copy ?? list;
}
