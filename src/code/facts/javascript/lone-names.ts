import type { ChainValue, Value } from '../values';
import { isBuilder } from './builders';
import type { Taker } from './expressions';
import type { FileReader } from './file-reader';
import type { Variable } from './flow';
import type { Frame } from './frame';
import { rangeOf } from './nodes';
import type { SyntaxNode } from './syntax-tree';

/** Reads names that stand alone, without anything read or called of them: `where`, `await query`. */
export class LoneNameReader {
  readonly #file: FileReader;

  constructor(file: FileReader) {
    this.#file = file;
  }

  read(root: SyntaxNode, node: SyntaxNode, frame: Frame, taker: Taker): Value {
    const name = this.#file.text(root);
    const range = rangeOf(root);
    const chain: ChainValue = { kind: 'chain', root: name, rootRange: range, links: [], range };
    const variable = frame.scope.find(name);
    const value = variable === undefined || variable.isWild ? undefined : variable.value;
    if (variable === undefined || value === undefined) return this.#bare(chain, frame, taker);
    switch (value.kind) {
      case 'literal':
      case 'runtime':
        return value;
      case 'template':
        if (!this.#file.variables.mayFollow(value, variable, frame)) return this.#bare(chain, frame, taker);
        if (value.tag === undefined) return value;
        if (taker.isAwaited) this.#file.uses.continueThose(variable);
        this.#bare({ ...chain, root: value }, frame, taker);
        return value;
      case 'object':
      case 'array':
        this.#bare(chain, frame, taker);
        return this.#file.variables.refer(chain, variable);
      case 'choice':
        if (!this.#file.variables.mayFollow(value, variable, frame)) return this.#bare(chain, frame, taker);
        if (!value.options.every((option) => option.value.kind === 'chain' && isBuilder(option.value))) {
          this.#bare(chain, frame, taker);
          return value;
        }
        return this.#builder({ ...chain, root: value, range: rangeOf(node) }, variable, frame, taker);
      case 'chain':
        if (this.#file.variables.variableOf(value) !== undefined) return this.#file.variables.refer(chain, variable);
        if (variable.within === 0 && frame.id !== 0) return this.#bare(chain, frame, taker);
        if (!isBuilder(value) || !this.#file.variables.mayFollow(value, variable, frame)) {
          return this.#bare(chain, frame, taker);
        }
        return this.#builder({ ...value, range: rangeOf(node) }, variable, frame, taker);
      default:
        return this.#bare(chain, frame, taker);
    }
  }

  /** A name alone is a use only when it is awaited: where it is passed on, the chain or the value that takes it says so. */
  #bare(chain: ChainValue, frame: Frame, taker: Taker): ChainValue {
    if (taker.isAwaited) this.#file.uses.fill(this.#file.uses.reserve(frame, true, taker), chain, taker);
    return chain;
  }

  /** `await query`, `return query` */
  #builder(chain: ChainValue, variable: Variable, frame: Frame, taker: Taker): ChainValue {
    this.#file.uses.continueThose(variable);
    const use = this.#file.uses.reserve(frame, taker.isAwaited === true, taker);
    this.#file.uses.fill(use, this.#file.variables.settle(chain, frame), taker);
    return use.chain;
  }
}
