import type { ClassFacts, FileFacts } from '../facts/facts';
import type { ChainValue } from '../facts/values';
import { isTemplate } from '../file-roles';
import type { Origin, Place, Tracer } from '../resolve/origin';
import { lastName } from './function-names';
import type { RowFinder } from './rows';
import { indexOf } from './scope';

interface Method {
  readonly place: Place;
  readonly of: ClassFacts;
}

/** Classes further up than this are not looked at. */
const mostAncestors = 5;

/** Which functions of the program a call or a read runs, among those that reach a query. */
export class Callees {
  readonly #tracer: Tracer;
  readonly #rows: RowFinder;
  /** The methods, by name. */
  readonly #methods = new Map<string, Method[]>();

  constructor(tracer: Tracer, rows: RowFinder) {
    this.#tracer = tracer;
    this.#rows = rows;
  }

  /** A function that reaches a query. */
  add(place: Place): void {
    const facts = place.file.functions[place.function];
    const of = facts?.class === undefined ? undefined : classOf(place);
    if (!facts || !of) return;
    const name = lastName(facts.name);
    const known = this.#methods.get(name);
    if (known) known.push({ place, of });
    else this.#methods.set(name, [{ place, of }]);
  }

  /** `post.toCard()` where post is a query's row: the method of its model's class. */
  rowMethodsOf(chain: ChainValue, link: number, at: Place): Place[] {
    const methods = link < 0 ? [] : this.#reachingMethods(chain.links[link]?.name ?? '');
    if (methods.length === 0) return [];
    const rows = this.#rows.ofOrigin(this.#tracer.traceLinks(chain, link, at));
    const { model } = rows ?? {};
    if (!model || rows?.isList) return [];
    const isOfModel = ({ place, of }: (typeof methods)[number]) =>
      place.file.uri === model.uri && of.name.toLowerCase() === model.name.toLowerCase();
    // Templates call what can be called.
    const isCalled = chain.links[link]?.arguments !== undefined || isTemplate(at.file.uri);
    return methods.flatMap((one) => (isOfModel(one) && (isCalled || isGetter(one.place)) ? [one.place] : []));
  }

  /** `post.author` where the class has `get author() { … }`. */
  gettersOf(chain: ChainValue, link: number, at: Place): Place[] {
    const getters =
      link < 0 ? [] : this.#reachingMethods(chain.links[link]?.name ?? '').filter(({ place }) => isGetter(place));
    if (getters.length === 0) return [];
    const receiver = this.#tracer.traceLinks(chain, link, at);
    const type = receiver.kind === 'instance' ? receiver.of : receiver;
    if (type.kind !== 'class') return [];
    return getters.flatMap(({ place, of }) =>
      of === type.class || this.#extends(type.class, { file: type.file, function: 0 }, of, 0) ? [place] : [],
    );
  }

  /** What a call of it runs: of an abstract method those of the classes below, of an interface those that implement it. */
  functionsOf(origin: Origin): Place[] {
    switch (origin.kind) {
      case 'function': {
        const index = indexOf(origin.file, origin.function);
        const own = index < 0 ? [] : [{ file: origin.file, function: index }];
        return [
          ...own,
          ...this.#overridesOf(origin.file, origin.function.class, lastName(origin.function.name), index),
        ];
      }
      case 'value':
        return origin.value.kind === 'function' ? [{ file: origin.at.file, function: origin.value.id }] : [];
      case 'call':
        // `const getUser = cache(async (id) => …)`
        return origin.arguments.flatMap((argument) =>
          argument.kind === 'function' ? [{ file: origin.at.file, function: argument.id }] : [],
        );
      case 'member': {
        const { of } = origin;
        const type = of.kind === 'instance' ? of.of : undefined;
        if (type?.kind === 'class') return this.#overridesOf(type.file, type.class.name, origin.name, -1);
        if (type?.kind === 'type') return this.#implementationsOf(type.type.name, type.file, origin.name);
        return [];
      }
      default:
        return [];
    }
  }

  /** An abstract method is called: those of the classes that extend its class. */
  #overridesOf(file: FileFacts, className: string | undefined, method: string, own: number): Place[] {
    const base = className === undefined ? undefined : file.classes.find(({ name }) => name === className);
    if (!base || (own >= 0 && !isAbstract(file, own))) return [];
    return this.#reachingMethods(method).flatMap(({ place, of }) =>
      of !== base && this.#extends(of, place, base, 0) ? [place] : [],
    );
  }

  #implementationsOf(typeName: string, file: FileFacts, method: string): Place[] {
    return this.#reachingMethods(method).flatMap(({ place, of }) =>
      (of.implements ?? []).some((written) => {
        if (written.replace(/<.*$/s, '').trim().split('.').at(-1) !== typeName) return false;
        const origin = this.#tracer.traceType(written, { file: place.file, function: of.within });
        const type = origin.kind === 'instance' ? origin.of : origin;
        return type.kind === 'type' && type.file === file && type.type.name === typeName;
      })
        ? [place]
        : [],
    );
  }

  #reachingMethods(name: string): readonly Method[] {
    return this.#methods.get(name) ?? [];
  }

  #extends(of: ClassFacts, { file }: Place, base: ClassFacts, depth: number): boolean {
    if (!of.extends || depth > mostAncestors) return false;
    const origin = this.#tracer.trace(of.extends, { file, function: of.within });
    if (origin.kind !== 'class') return false;
    return origin.class === base || this.#extends(origin.class, { file: origin.file, function: 0 }, base, depth + 1);
  }
}

function classOf({ file, function: index }: Place): ClassFacts | undefined {
  return file.classes.find(({ methods }) => methods.some((method) => method.function === index));
}

/** Ruby calls every method without parentheses where it likes. */
function isGetter({ file, function: index }: Place): boolean {
  if (file.languageId === 'ruby') return true;
  return file.classes.some(({ methods }) => methods.some((method) => method.function === index && method.isGetter));
}

function isAbstract(file: FileFacts, index: number): boolean {
  const facts = file.functions[index];
  return facts !== undefined && facts.uses.length === 0 && facts.returns.length === 0;
}
