import type { ChainValue, Value } from '../facts/values';
import type { Association, Model } from '../models/model';
import type { Place } from '../resolve/origin';
import { comparisonsOf } from './comparisons';
import { isWithin } from './few-turns';
import type { Frame } from './frames';
import type { Repeat } from './repeats';
import type { QueryPlace, RowKey } from './repetition';
import { type Declared, declared } from './scope';
import { chainsWithBodies, runtimeSources } from './values-in';

const mostSteps = 20;

/** How a value that stands somewhere below a repeat depends on its turns. */
export class TurnValues {
  readonly #repeat: Repeat;

  constructor(repeat: Repeat) {
    this.#repeat = repeat;
  }

  /** ['id'] for `post.id` where `post` is the turn's row; [] for the element itself. */
  rowPath(value: Value, at: Place, frame: Frame | undefined, steps = 0): readonly string[] | undefined {
    if (steps > mostSteps) return undefined;
    if (value.kind === 'array' && value.elements.length === 1 && !value.open) {
      const [only] = value.elements;
      return only && this.rowPath(only.value, at, frame, steps + 1);
    }
    if (value.kind !== 'chain' || typeof value.root !== 'string') return undefined;
    // Number(id), String(post.id), wrap(id)
    if (/^(?:Number|String|parseInt|BigInt|parseFloat)$/.test(value.root) && value.links.length === 1) {
      const inner = value.links[0]?.arguments?.[0];
      return inner && this.rowPath(inner, at, frame, steps + 1);
    }
    const names: string[] = [];
    const links = [...value.links];
    if (this.#isIndexed(value)) links.shift();
    for (const link of links) {
      if (/^(?:toString|valueOf|trim|toJSON|get)$/.test(link.name) && link.arguments?.length === 0) continue;
      if (link.name === 'get' && link.arguments?.[0]?.kind === 'literal') names.push(String(link.arguments[0].value));
      else if (link.arguments || link.name === '[]') return undefined;
      else names.push(link.name);
    }
    if (this.#isIndexed(value)) return names;
    if (value.root === 'this') {
      const receiver = frame?.receiver;
      const base =
        frame &&
        receiver &&
        (receiver.isElement ? [] : this.rowPath(receiver.value, frame.at, frame.caller, steps + 1));
      return base && [...base, ...names];
    }
    const found = declared(value.root, at, value.rootRange.start);
    if (!found) return undefined;
    const own = this.#elementPath(found);
    if (own) return [...own, ...names];
    const passed = this.#passed(found, frame);
    if (passed && found.parameter) {
      const { value: given, path } = within(passed.value, [...found.parameter.path, ...names]);
      const base = passed.isElement ? [] : given && this.rowPath(given, passed.at, passed.caller, steps + 1);
      return base && [...base, ...(passed.isElement ? [...found.parameter.path, ...names] : path)];
    }
    if (found.bindings.length !== 1) return undefined;
    const [only] = found.bindings;
    if (!only?.binding.value || only.binding.isElement) return undefined;
    const base = this.rowPath(only.binding.value, found.at, frame, steps + 1);
    return base && [...base, ...only.path, ...names];
  }

  /** True when the value may be another on another turn; undefined when that is not known. */
  differs(value: Value, at: Place, frame: Frame | undefined, steps = 0): boolean | undefined {
    if (steps > mostSteps) return undefined;
    let isKnown = true;
    for (const chain of chainsWithBodies(value)) {
      const answer = this.#chainDiffers(chain, at, frame, steps);
      if (answer === true) return true;
      if (answer === undefined) isKnown = false;
    }
    for (const source of runtimeSources(value)) {
      const names = [...source.matchAll(/(?<![.\w$'"`])[A-Za-z_$][\w$]*/g)].map(([name]) => name);
      for (const name of names) {
        const answer = this.#nameDiffers(name, at, frame, steps);
        if (answer === true) return true;
        if (answer === undefined) isKnown = false;
      }
      // `i++`, `Math.random()`
      if (/\+\+|--|\(/.test(source)) isKnown = false;
    }
    return isKnown ? false : undefined;
  }

  #chainDiffers(chain: ChainValue, at: Place, frame: Frame | undefined, steps: number): boolean | undefined {
    if (typeof chain.root !== 'string') return false;
    if (this.#isIndexed(chain)) return true;
    if (chain.root === 'this') {
      const receiver = frame?.receiver;
      if (!frame || !receiver) return false;
      return receiver.isElement ? true : this.differs(receiver.value, frame.at, frame.caller, steps + 1);
    }
    return this.#nameDiffers(chain.root, at, frame, steps, chain.rootRange.start);
  }

  #nameDiffers(name: string, at: Place, frame: Frame | undefined, steps: number, offset?: number): boolean | undefined {
    const found = declared(name, at, offset);
    // Imported, or global.
    if (!found) return false;
    if (this.#elementPath(found) !== undefined || this.#isOfTurn(found)) return true;
    const passed = this.#passed(found, frame);
    if (passed) {
      const { value: given } = within(passed.value, found.parameter?.path ?? []);
      if (passed.isElement) return true;
      // Not given: its default.
      return given ? this.differs(given, passed.at, passed.caller, steps + 1) : false;
    }
    if (
      frame &&
      found.parameter &&
      frame.callee.file === found.at.file &&
      frame.callee.function === found.at.function
    ) {
      // Not given: its default.
      return false;
    }
    if (found.bindings.length === 0) return false;
    let isKnown = true;
    for (const { binding } of found.bindings) {
      if (!binding.value) continue;
      const answer = this.differs(binding.value, found.at, frame, steps + 2);
      if (answer === true) return true;
      if (answer === undefined) isKnown = false;
    }
    return isKnown ? false : undefined;
  }

  /** Declared or set on each turn. */
  #isOfTurn({ at, bindings }: Declared): boolean {
    const { file, function: index, loop, callback } = this.#repeat;
    if (at.file !== file) return false;
    if (loop !== undefined && at.function === index) {
      const loops = file.functions[index]?.loops ?? [];
      return bindings.some(({ binding }) => isWithin(loops, binding.loop, loop));
    }
    if (callback === undefined) return false;
    for (let one: number | undefined = at.function; one !== undefined; one = file.functions[one]?.parent) {
      if (one === callback) return bindings.length > 0 || at.function === callback;
    }
    // `let last; posts.map((post) => { last = post; … })` is not looked for.
    return false;
  }

  #elementPath({ at, parameter, bindings }: Declared): readonly string[] | undefined {
    const { file, function: index, loop, callback, elementIndex } = this.#repeat;
    if (at.file !== file) return undefined;
    if (callback !== undefined && at.function === callback && parameter?.index === elementIndex) return parameter.path;
    if (loop === undefined || at.function !== index) return undefined;
    return bindings.find(({ binding }) => binding.isElement && binding.loop === loop)?.path;
  }

  #passed({ at, parameter }: Declared, frame: Frame | undefined) {
    if (!frame || !parameter || frame.callee.file !== at.file || frame.callee.function !== at.function)
      return undefined;
    const passed = frame.arguments[parameter.index];
    return passed && { ...passed, at: frame.at, caller: frame.caller };
  }

  /** `posts[i].id` in `for (let i = 0; i < posts.length; i++)` */
  #isIndexed({ root, links }: ChainValue): boolean {
    const { kind, file, function: index, loop } = this.#repeat;
    if (kind !== 'for' || loop === undefined || links[0]?.name !== '[]') return false;
    const head = file.functions[index]?.loops[loop]?.head ?? '';
    return head.includes(`${String(root)}.length`);
  }
}

interface Part {
  /** Undefined: the object does not have it. */
  readonly value?: Value;
  readonly path: readonly string[];
}

/** `{ id: post.id, userId }` and ['id'] → `post.id`: what of an object that is passed is meant, as far as it says so. */
function within(value: Value, path: readonly string[]): Part {
  const [name, ...rest] = path;
  if (value.kind !== 'object' || name === undefined || value.open) return { value, path };
  const entry = value.entries.findLast(({ key }) => key === name);
  return entry ? within(entry.value, rest) : { path };
}

/** How the inner query depends on the row of the turn. */
export function rowKeys(place: QueryPlace, turn: TurnValues, frame: Frame | undefined): RowKey[] {
  return comparisonsOf(place).flatMap(({ property, value }): RowKey[] => {
    const rowPath = turn.rowPath(value, place.at, frame);
    if (rowPath) return [{ property, value, rowPath }];
    return turn.differs(value, place.at, frame) === true ? [{ property, value }] : [];
  });
}

/** The association of the rows' model that brings what a query by these keys asks for. */
export function associationFor(rows: Model, inner: Model, keys: readonly RowKey[]): Association | undefined {
  const pairs = keys.flatMap(({ property, rowPath }) => {
    const [rowProperty, ...rest] = rowPath ?? [];
    if (rowProperty === undefined || rest.length > 0) return [];
    return [{ inner: columnOf(inner, property), row: columnOf(rows, rowProperty) }];
  });
  if (pairs.length === 0) return undefined;
  return rows.associations.find((association) => {
    if (association.target !== inner.name || association.through || association.isRestricted) return false;
    const isOwn = association.kind === 'belongsTo';
    return (
      association.foreignKey.every((foreign, index) => {
        const referenced = association.referenced[index];
        return pairs.some((pair) =>
          isOwn
            ? isSameName(pair.row, foreign) && isSameName(pair.inner, referenced)
            : isSameName(pair.inner, foreign) && isSameName(pair.row, referenced),
        );
      }) && association.foreignKey.length === pairs.length
    );
  });
}

/** A model without columns does not say that `authorId` is `author_id`. */
function isSameName(one: string, other: string | undefined): boolean {
  const plain = (name: string | undefined) => name?.replaceAll('_', '').toLowerCase();
  return plain(one) === plain(other);
}

function columnOf(model: Model, property: string): string {
  return model.columns.find((column) => column.property === property)?.column ?? property;
}
