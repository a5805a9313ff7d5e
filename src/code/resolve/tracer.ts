import type { ClassFacts, FileFacts } from '../facts/facts';
import type { ChainValue, Value } from '../facts/values';
import type { FileRoles } from '../file-roles';
import { bestOrigin, unknownOrigin, weightOf } from './best-origin';
import { bindingsAt } from './bindings-at';
import { along, type CallStep, type Follow, type TypeArguments, valueOfType } from './follow';
import { callOrigin, constructed } from './follow-calls';
import { exportedOrigin, importedOrigin, moduleOrigin } from './follow-exports';
import { baseOf, classMember, declaredGlobal, elementOrigin, memberOrigin, typesInForce } from './follow-members';
import { parameterOrigin } from './follow-parameters';
import { assignedGlobal } from './follow-shared';
import { followType } from './follow-types';
import type { Origin, Place, Tracer } from './origin';
import { ProgramFiles } from './program-files';
import type { ProjectFile } from './project-files';
import { instanceVariable, refinedFirst } from './ruby-names';
import type { Declaration } from './scope';
import { templateClass } from './template-classes';
import { readType, type TypeNode } from './type-text';

/** So many steps into each other are about 30 names, members and calls; more are given up, as is what goes in a circle. */
const mostDepth = 120;

/** Steps for one question: where a program branches at every step, depth alone is no limit. */
const mostSteps = 3_000;

/** Follows values through all files of a workspace. It is for one state of the files: a change makes a new one. */
export class WorkspaceTracer implements Tracer {
  readonly program: ProgramFiles;
  readonly roles: FileRoles;
  readonly #follow: Follow;
  readonly #known = new WeakMap<
    ChainValue,
    { readonly at: Place; readonly links: number; readonly origin: Origin }[]
  >();
  readonly #exports = new WeakMap<FileFacts, Map<string, Origin | undefined>>();
  /** The questions that are being answered, each for the sake of the one before. */
  readonly #open: Question[] = [];
  /** Name → the files of which it is asked. */
  readonly #openExports = new Map<string, readonly FileFacts[]>();
  #depth = 0;
  #steps = 0;
  /** Something was given up on the way: what came of it is not to be remembered. */
  #isCut = false;

  /** `program`: the files with what was looked up in them before, where they are the same but for one that was replaced. */
  constructor(
    files: ReadonlyMap<string, FileFacts>,
    roles: FileRoles,
    projectFiles: Iterable<ProjectFile> = [],
    program = new ProgramFiles(files, projectFiles),
  ) {
    this.program = program;
    this.roles = roles;
    const follow: Follow = {
      program: this.program,
      trace: (value, at) => this.trace(value, at),
      links: (chain, links, at) => this.traceLinks(chain, links, at),
      name: (name, at) => this.#name(name, at),
      exported: (file, name) => this.#exported(file, name),
      member: (of, name) => this.#step(() => memberOrigin(follow, of, name)),
      element: (of) => this.#step(() => elementOrigin(follow, of)),
      call: (callee, call) => this.#step(() => callOrigin(follow, callee, call)),
      type: (node: TypeNode, at: Place, types: TypeArguments) => this.#step(() => followType(follow, node, at, types)),
    };
    this.#follow = follow;
  }

  get files(): ReadonlyMap<string, FileFacts> {
    return this.program.files;
  }

  trace(value: Value, at: Place): Origin {
    switch (value.kind) {
      case 'chain':
        return this.traceLinks(value, value.links.length, at);
      case 'choice':
        return this.#step(() => bestOrigin(value.options.map((option) => this.trace(option.value, at))));
      case 'runtime':
        return unknownOrigin;
      default:
        return { kind: 'value', value, at };
    }
  }

  traceLinks(chain: ChainValue, links: number, at: Place): Origin {
    const isPlain = at.self === undefined && at.passed === undefined;
    const known = isPlain ? this.#known.get(chain) : undefined;
    const found = known?.find(
      (one) => one.links === links && one.at.file === at.file && one.at.function === at.function,
    );
    if (found) return found.origin;
    if (this.#open.some((one) => isSameQuestion(one, chain, links, at))) return this.#cut();
    this.#open.push({ of: chain, links, at });
    const wasCut = this.#isCut;
    this.#isCut = false;
    const origin = this.#step(() => this.#links(chain, links, at));
    this.#open.pop();
    if (isPlain && !this.#isCut) {
      const list = known ?? [];
      list.push({ at: { file: at.file, function: at.function }, links, origin });
      if (!known) this.#known.set(chain, list);
    }
    this.#isCut ||= wasCut;
    return origin;
  }

  traceType(type: string, at: Place): Origin {
    return valueOfType(this.#follow.type(readType(type), at, typesInForce(this.#follow, at)));
  }

  member(of: ClassFacts, file: FileFacts, name: string, isStatic: boolean): Origin | undefined {
    const found = this.#step(() => classMember(this.#follow, { of, file, name, isStatic }) ?? unknownOrigin);
    return found.kind === 'unknown' ? undefined : found;
  }

  #links(chain: ChainValue, links: number, at: Place): Origin {
    let origin =
      typeof chain.root === 'string' ? this.#name(chain.root, at, chain.rootRange.start) : this.trace(chain.root, at);
    let isMade = !chain.isNew;
    for (let index = 0; index < links; index++) {
      const link = chain.links[index];
      if (!link) break;
      const receiver: Origin = origin;
      const callee = link.name === '' ? receiver : this.#index(receiver, link.name);
      if (!link.arguments) {
        origin = callee;
        continue;
      }
      const call: CallStep = { chain, link: index, arguments: link.arguments, at, receiver };
      origin = isMade ? this.#follow.call(callee, call) : constructed(this.#follow, callee, call);
      isMade = true;
    }
    // `new Pool` without parentheses.
    return isMade || links < chain.links.length ? origin : valueOfType(origin);
  }

  #index(receiver: Origin, name: string): Origin {
    return name === '[]' ? this.#follow.element(receiver) : this.#follow.member(receiver, name);
  }

  /** `offset`: where the name stands, since blocks of one function may have the same name each. */
  #name(name: string, at: Place, offset?: number): Origin {
    if (name === 'this') return this.#this(at);
    if (name === 'super') return this.#super(at);
    const declared = this.program.scopeOf(at.file).find(name, at.function);
    switch (declared?.kind) {
      case 'parameter':
        return this.#step(() => parameterOrigin(this.#follow, declared, at));
      case 'bindings': {
        const inside = { ...at, function: declared.function };
        return this.#step(() =>
          bestOrigin(
            this.#bindings(inScope(declared.bindings, offset), name, at).map(({ binding, path }) => {
              const { value, pattern, isElement } = binding;
              const origin = value ? this.trace(value, inside) : unknownOrigin;
              const one = along(this.#follow, isElement ? this.#follow.element(origin) : origin, path);
              if (weightOf(one) >= 3 || pattern.type === undefined) return one;
              return bestOrigin([along(this.#follow, this.traceType(pattern.type, inside), path), one]);
            }),
          ),
        );
      }
      case 'function': {
        const facts = at.file.functions[declared.function];
        return facts ? { kind: 'function', function: facts, file: at.file } : unknownOrigin;
      }
      case 'class':
        return { kind: 'class', class: declared.class, file: at.file };
      case 'import':
        return this.#step(() => importedOrigin(this.#follow, declared.import, at.file));
      default:
        if (name === 'exports' || name === 'module') return moduleOrigin(this.#follow, at.file);
        if (name === 'undefined' || name === '') return unknownOrigin;
        if (at.file.languageId === 'ruby')
          return name.startsWith('@')
            ? this.#step(() => instanceVariable(this.#follow, name, at))
            : this.#constant(name, at);
        if (at.file.languageId === 'python') {
          const template = templateClass(this.program, name, at.file.uri);
          if (template) return template;
        }
        return (
          declaredGlobal(this.#follow, name) ??
          assignedGlobal(this.#follow, name, at.file.uri) ?? { kind: 'global', name }
        );
    }
  }

  #bindings(bindings: Bound, name: string, { file }: Place): Bound {
    return file.languageId === 'ruby' ? refinedFirst(bindings, name, ({ binding }) => binding) : bindings;
  }

  /** Ruby looks for constants in all files. */
  #constant(name: string, at: Place): Origin {
    const owner = this.program.scopeOf(at.file).classAround(at.function);
    const found = this.program.constant(name, owner?.class.name);
    return found ? { kind: 'class', ...found } : { kind: 'global', name };
  }

  #this(at: Place): Origin {
    if (at.self) return at.self;
    const owner = this.program.scopeOf(at.file).classAround(at.function);
    if (!owner) return this.#objectAround(at);
    const of: Origin = { kind: 'class', class: owner.class, file: at.file };
    return owner.isStatic ? of : { kind: 'instance', of, types: [] };
  }

  /** `this` in `module.exports = { knex: null, init() { … } }` is the object. */
  #objectAround(at: Place): Origin {
    const scope = this.program.scopeOf(at.file);
    for (const id of scope.around(at.function)) {
      const object = scope.objectWith(id);
      if (object) return { kind: 'value', value: object, at: { file: at.file, function: 0 } };
    }
    return unknownOrigin;
  }

  #super(at: Place): Origin {
    const owner = this.program.scopeOf(at.file).classAround(at.function);
    const base = owner && baseOf(this.#follow, owner.class, at.file);
    if (!base) return unknownOrigin;
    return owner.isStatic ? base.class : valueOfType(base.class, [...base.types.values()]);
  }

  #exported(file: FileFacts, name: string): Origin | undefined {
    const known = this.#exports.get(file) ?? new Map<string, Origin | undefined>();
    this.#exports.set(file, known);
    if (known.has(name)) return known.get(name);
    if (this.#openExports.has(name) && this.#openExports.get(name)?.includes(file)) return this.#cut();
    const open = this.#openExports.get(name) ?? [];
    this.#openExports.set(name, [...open, file]);
    const wasCut = this.#isCut;
    this.#isCut = false;
    let isThere = false;
    const origin = this.#step(() => {
      const found = exportedOrigin(this.#follow, file, name);
      isThere = found !== undefined;
      return found ?? unknownOrigin;
    });
    this.#openExports.set(name, open);
    const result = isThere ? origin : undefined;
    if (!this.#isCut) known.set(name, result);
    this.#isCut ||= wasCut;
    return result;
  }

  #step(work: () => Origin): Origin {
    if (this.#depth === 0) {
      this.#steps = 0;
      this.#isCut = false;
    }
    if (this.#depth >= mostDepth || this.#steps >= mostSteps) return this.#cut();
    this.#depth++;
    this.#steps++;
    try {
      return work();
    } finally {
      this.#depth--;
    }
  }

  #cut(): Origin {
    this.#isCut = true;
    return unknownOrigin;
  }
}

interface Question {
  readonly of: ChainValue;
  readonly links: number;
  readonly at: Place;
}

/** Where the same chain is followed again with other arguments it is no circle, unless that goes on and on. */
function isSameQuestion(one: Question, of: ChainValue, links: number, at: Place): boolean {
  return (
    one.of === of &&
    one.links === links &&
    one.at.function === at.function &&
    one.at.file === at.file &&
    one.at.self === at.self &&
    one.at.passed?.values === at.passed?.values &&
    one.at.passed?.outer?.values === at.passed?.outer?.values
  );
}

type Bound = (Declaration & { readonly kind: 'bindings' })['bindings'];

/** Those of the innermost block around the offset that has any; all where none has. */
function inScope(bindings: Bound, offset: number | undefined): Bound {
  if (offset === undefined || bindings.length < 2) return bindings;
  const around = bindingsAt(bindings, offset);
  const holds = ({ binding: { block } }: Bound[number]) =>
    block !== undefined && block.start <= offset && offset < block.end;
  const startOf = (one: Bound[number]) => (holds(one) ? one.binding.block : one.binding.scope)?.start ?? -1;
  const inner = Math.max(...around.map(startOf));
  const best = around.filter((one) => startOf(one) === inner);
  return best.length > 0 ? best : bindings;
}
