import type { TextRange } from '../../../nouns/text-range';
import type { Use } from '../facts';
import type { ChainValue, Entry, Link, Value } from '../values';
import { continuesBuilder, isBuilder } from './builders';
import { type Step, stepsOf } from './chain-steps';
import { isListMethod } from './collections';
import { exact } from './exact';
import type { Taker } from './expressions';
import type { FileReader } from './file-reader';
import type { Frame, Mutable } from './frame';
import { childOf, isFunction, rangeOf } from './nodes';
import { splitTypes } from './strings';
import type { SyntaxNode } from './syntax-tree';

/** What is built so far while a chain's steps are gone through. */
interface Draft {
  root: string | Value;
  rootRange: TextRange;
  links: Link[];
  isNew: boolean;
  open: boolean;
  /** The last link is a name that a call may follow. */
  isCallable: boolean;
}

/** A chain of more links is not written out at each use of its name: nobody writes such a query by hand. */
const longestBuilder = 200;

const argument: Taker = { within: 'argument' };

/** Reads names and what is read or called from them. */
export class ChainReader {
  readonly #file: FileReader;

  constructor(file: FileReader) {
    this.#file = file;
  }

  read(node: SyntaxNode, frame: Frame, taker: Taker): Value {
    const { root, range, steps, isAwaited } = stepsOf(node);
    const awaited = isAwaited || taker.isAwaited === true;
    if (steps.length === 0) return this.#alone(root, node, frame, awaited ? { ...taker, isAwaited: true } : taker);
    const use = this.#file.uses.reserve(frame, awaited, taker);
    const draft = this.#start(root, steps, frame, use);
    if ('known' in draft) {
      this.#file.uses.drop(frame, use);
      return draft.known;
    }
    this.#walk(draft, steps, frame, use);
    return this.#finish(draft, range, frame, use, taker);
  }

  /** `post.title = 'x'`, `delete post.title` */
  written(target: SyntaxNode, frame: Frame, value?: Value): void {
    const { root, steps } = stepsOf(target);
    if (steps.length === 0 || steps.some((step) => step.kind === 'template')) return;
    const use = this.#file.uses.reserve(frame, false, {});
    use.isWritten = true;
    const draft = this.#begin(root, frame);
    this.#walk(draft, steps, frame, use);
    use.chain = chainOf(draft, rangeOf(target));
    // `this` of a class has fields; that of an object's method does not.
    const isOpen = root.type === 'identifier' || (root.type === 'this' && frame.owner === undefined);
    const isShared = isOpen && (value?.kind === 'chain' || value?.kind === 'choice');
    if (isShared || (value?.kind === 'object' && /^global(?:This)?$/.test(this.#file.text(root)))) {
      use.written = this.#file.variables.settle(value, frame);
    }
  }

  /** A name or a value without links. */
  #alone(root: SyntaxNode, node: SyntaxNode, frame: Frame, taker: Taker): Value {
    switch (root.type) {
      case 'identifier':
      case 'shorthand_property_identifier':
        return this.#file.lone.read(root, node, frame, taker);
      case 'undefined':
        return { kind: 'literal', value: undefined, range: rangeOf(root) };
      case 'this':
      case 'super':
      case 'meta_property': {
        const range = rangeOf(root);
        return { kind: 'chain', root: this.#file.text(root), rootRange: range, links: [], range };
      }
      default:
        if (isFunction(root)) return this.#file.functions.later(root, frame, { name: taker.name ?? '' });
        return this.#file.expressions.read(root, frame, taker);
    }
  }

  /** The draft of the root, or the value of the whole when it is a constant's property. */
  #start(root: SyntaxNode, steps: readonly Step[], frame: Frame, use: Mutable<Use>): Draft | { readonly known: Value } {
    if (root.type !== 'identifier') return this.#begin(root, frame);
    const name = this.#file.text(root);
    const variable = frame.scope.find(name);
    const value = variable === undefined || variable.isWild ? undefined : variable.value;
    const plain = this.#begin(root, frame);
    if (variable === undefined || value === undefined) return plain;
    const known = this.#file.variables.resolve(value);
    if (known.kind === 'object') {
      const property = this.#property(known, steps);
      return property === undefined || use.isAwaited ? plain : { known: property };
    }
    const first = steps[0];
    const isCall = steps[1]?.kind === 'call';
    if (known.kind === 'array' && first?.kind === 'member' && isCall) {
      const isKnown =
        isListMethod(this.#file.text(first.node)) && this.#file.variables.mayFollow(known, variable, frame);
      return isKnown ? { ...plain, root: known } : plain;
    }
    if (first?.kind !== 'member' || !isCall || (variable.within === 0 && frame.id !== 0)) return plain;
    const method = this.#file.text(first.node);
    const chains = known.kind === 'choice' ? known.options.map((option) => option.value) : [known];
    if (
      !chains.every(
        (each) =>
          each.kind === 'chain' &&
          !each.isNew &&
          (isBuilder(each) || (isCalled(each) && continuesBuilder(each, method))),
      )
    ) {
      return plain;
    }
    if (known.kind === 'chain' && known.links.length > longestBuilder) return plain;
    if (!this.#file.variables.mayFollow(known, variable, frame)) return plain;
    this.#file.uses.continueThose(variable);
    if (known.kind !== 'chain') return { ...plain, root: known };
    return {
      ...plain,
      root: known.root,
      rootRange: known.rootRange,
      links: [...known.links],
      isNew: known.isNew === true,
      open: known.open === true,
    };
  }

  /** `Status.published`, `config.pages.size`: what an object of this file holds, when it is sure. */
  #property(object: Value, steps: readonly Step[]): Value | undefined {
    let value = object;
    for (const step of steps) {
      value = this.#file.variables.resolve(value);
      if (value.kind !== 'object' || value.open || step.awaited) return undefined;
      const name = this.#constantName(step);
      const entries: Entry[] = value.entries.filter(({ key }) => key === name || typeof key !== 'string');
      const entry = entries.at(-1);
      if (name === undefined || entry?.key !== name || entry.branch !== undefined) return undefined;
      value = entry.value;
    }
    return value.kind === 'chain' || this.#file.variables.holdsLater(value) ? undefined : value;
  }

  #constantName(step: Step): string | undefined {
    if (step.kind === 'member') return this.#file.text(step.node);
    if (step.kind !== 'index' || !/^(?:string|number)$/.test(step.node.type)) return undefined;
    return this.#file.text(step.node).replace(/^['"]|['"]$/g, '');
  }

  #begin(root: SyntaxNode, frame: Frame): Draft {
    const range = rangeOf(root);
    const draft = { rootRange: range, links: [], isNew: false, open: false, isCallable: false };
    switch (root.type) {
      case 'identifier':
      case 'this':
      case 'super':
      case 'import':
      case 'meta_property':
        return { ...draft, root: this.#file.text(root) };
      default: {
        const value = isFunction(root)
          ? this.#file.functions.now(root, frame, undefined)
          : this.#file.expressions.read(root, frame, {});
        const known = this.#file.variables.resolve(value);
        if (known.kind !== 'chain') return { ...draft, root: known };
        // `(query ?? other).first()` read as one chain
        return {
          ...draft,
          root: known.root,
          rootRange: known.rootRange,
          links: [...known.links],
          isNew: known.isNew === true,
        };
      }
    }
  }

  #walk(draft: Draft, steps: readonly Step[], frame: Frame, use: Mutable<Use>): void {
    for (const step of steps) {
      switch (step.kind) {
        case 'member':
          draft.links.push(linkOf(this.#file.text(step.node), step));
          draft.isCallable = true;
          break;
        case 'index': {
          const name = this.#constantName(step);
          if (name === undefined) this.#file.expressions.read(step.node, frame, argument);
          draft.links.push(linkOf(name ?? '[]', step));
          draft.isCallable = true;
          break;
        }
        case 'call':
          this.#call(draft, step, frame, use);
          break;
        case 'template': {
          const end = draft.links.at(-1)?.range.end ?? draft.rootRange.end;
          const range = { start: draft.rootRange.start, end };
          const tag = chainOf(draft, range);
          draft.root = this.#file.objects.template(step.text, frame, tag);
          draft.rootRange = { start: range.start, end: step.node.end };
          draft.links = [];
          draft.isNew = false;
          draft.isCallable = false;
        }
      }
    }
  }

  #call(draft: Draft, step: Step & { kind: 'call' }, frame: Frame, use: Mutable<Use>): void {
    const typeNode = childOf(step.node, 'type_arguments');
    const types =
      typeNode === undefined
        ? []
        : splitTypes(this.#file.source.slice(typeNode.start, typeNode.end)).map((type) => this.#file.names.of(type));
    frame.arguments++;
    const values = this.#file.arguments.read(step.arguments, frame, use);
    frame.arguments--;
    const argumentsRange =
      step.arguments === undefined ? { start: step.node.end, end: step.node.end } : rangeOf(step.arguments);
    const last = draft.links.at(-1);
    if (draft.isCallable && last !== undefined) this.#file.assignments.changing(step.node, last.name, values, frame);
    const isMethod = draft.isCallable && !step.awaited && last !== undefined;
    const link: Mutable<Link> = {
      name: isMethod ? last.name : '',
      range: isMethod ? last.range : argumentsRange,
      arguments: values,
      argumentsRange,
    };
    if (types.length > 0) link.types = types;
    if (isMethod ? last.awaited : step.awaited) link.awaited = true;
    if (isMethod) draft.links.pop();
    draft.links.push(link);
    if (step.isNew) draft.isNew = true;
    draft.isCallable = false;
  }

  #finish(draft: Draft, range: TextRange, frame: Frame, use: Mutable<Use>, taker: Taker): Value {
    const chain = this.#file.variables.settle(chainOf(draft, range), frame);
    this.#file.uses.fill(use, chain, taker);
    const known = this.#file.collections.result(chain);
    if (known !== undefined) return known;
    if (chain.links.length === 0 && typeof chain.root === 'object' && chain.root.kind === 'template') return chain.root;
    return chain;
  }
}

function chainOf({ root, rootRange, links, isNew, open }: Draft, range: TextRange): ChainValue {
  const chain: Mutable<ChainValue> = { kind: 'chain', root, rootRange, links: exact(links), range };
  if (isNew) chain.isNew = true;
  if (open) chain.open = true;
  return chain;
}

function linkOf(name: string, { node, awaited }: Step): Link {
  const range = rangeOf(node);
  return awaited ? { name, range, awaited } : { name, range };
}

function isCalled(chain: ChainValue): boolean {
  return chain.links.at(-1)?.arguments !== undefined;
}
