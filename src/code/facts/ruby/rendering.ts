import type { TextRange } from '../../../nouns/text-range';
import { entry, stringOf } from '../value-access';
import type { ChainValue, Link, Value } from '../values';
import type { FileReader } from './file-reader';
import type { Frame } from './frame';
import { classify, singularize } from './inflections';
import { lastNameOf, listName } from './list-names';
import { calledOn, readsOf } from './row-reads';
import { partialCalled, partialName } from './templates';

/** A call that renders, and where it stands. */
interface Rendered {
  readonly chain: ChainValue;
  readonly link: Link;
  readonly frame: Frame;
  /** Its place among the function's uses. */
  readonly use: number;
}

type Local = readonly [name: string, value: Value];

const serializers = /(?:Serializer|Blueprint)$/;

/**
 * What templates, controllers and serializers do with each row of a list, in the words of a loop, since nobody wrote one:
 * `render @posts` is `@posts.each { |post| … }` with a call of the partial 'posts/_post', a function of its file.
 */
export class RenderingReader {
  readonly #file: FileReader;

  constructor(file: FileReader) {
    this.#file = file;
  }

  /** The chain itself where it renders nothing. */
  read(chain: ChainValue, frame: Frame, use: number): ChainValue {
    const link = chain.links.at(-1);
    if (!link?.arguments) return chain;
    return this.#rendered({ chain, link, frame, use }, link.arguments) ?? chain;
  }

  #rendered(at: Rendered, given: readonly Value[]): ChainValue | undefined {
    const { chain, link } = at;
    const [first] = chain.links;
    const isTemplate = this.#file.template !== undefined;
    if (chain.root === 'this' && first === link && link.name === 'render')
      return isTemplate ? this.#partial(given, at) : this.#json(given, at);
    if (chain.root === 'this' && first?.name === 'json' && isTemplate && first !== link)
      return this.#jbuilder(given, at);
    const include = /^(?:as_json|to_json)$/.test(link.name) ? entry(given[0], 'include') : undefined;
    if (include) return this.#each({ ...chain, links: chain.links.slice(0, -1) }, at, (row) => readsOf(row, [include]));
    // `PostSerializer.new(@posts).serializable_hash`, `PostBlueprint.render(@posts, view: :short)`
    const { root } = chain;
    const [rows] = given;
    const isSerializer = first === link && typeof root === 'string' && serializers.test(root);
    if (!isSerializer || !rows || !/^(?:new|render\w*)$/.test(link.name)) return undefined;
    return this.#each(rows, at, (row) => [calledOn(root, 'serialize', [row], link.range)]);
  }

  /** `render @posts`, `render 'post', post: post`, `render partial: 'post', collection: @posts, as: :post` */
  #partial([first, second]: readonly Value[], at: Rendered): ChainValue | undefined {
    if (first?.kind === 'chain') return this.#byRow(first, at);
    const name = stringOf(first);
    if (name !== undefined) return this.#called(this.#paths(name), localsOf(second), at);
    const partial = entry(first, 'partial');
    const path = stringOf(partial);
    if (path === undefined) return partial?.kind === 'chain' ? this.#byRow(partial, at) : undefined;
    const collection = entry(first, 'collection');
    if (collection) return this.#eachPartial(collection, this.#paths(path), nameOf(entry(first, 'as')), at);
    return this.#called(this.#paths(path), localsOf(first), at);
  }

  /** `render @posts`: the partial is that of each row's class; by the list's name, as programs have it. */
  #byRow(rows: ChainValue, at: Rendered): ChainValue | undefined {
    const list = listName(rows);
    const one = list === undefined ? lastNameOf(rows) : singularize(list);
    if (one === undefined) return undefined;
    if (list !== undefined) return this.#eachPartial(rows, this.#paths(`${list}/${one}`), one, at);
    return this.#called(this.#paths(`${one}s/${one}`), [[one, rows]], at);
  }

  /** In a namespace the partial of that namespace comes first. */
  #paths(name: string): string[] {
    const folder = (this.#file.template ?? '').split('/').slice(0, -1);
    const path = partialCalled(name, folder.join('/'));
    const space = folder.slice(0, -1).join('/');
    return name.includes('/') && space !== '' ? [`${space}/${path}`, path] : [path];
  }

  #eachPartial(rows: Value, paths: readonly string[], as: string | undefined, at: Rendered): ChainValue | undefined {
    return this.#each(rows, at, (row) =>
      paths.map((path) => partialCall(path, [[as ?? partialName(path) ?? '', row]], at.link.range)),
    );
  }

  #called(paths: readonly string[], locals: readonly Local[], at: Rendered): ChainValue | undefined {
    return this.#all(
      paths.map((path) => partialCall(path, locals, at.link.range)),
      at,
    );
  }

  /** The first takes the place of the call, the others stand beside it. */
  #all([first, ...others]: readonly ChainValue[], { frame, chain }: Rendered): ChainValue | undefined {
    for (const one of others) frame.draft.uses.push({ chain: { ...one, range: chain.range } });
    return first && { ...first, range: chain.range };
  }

  /** `json.array! @posts do |post|`, `json.comments post.comments, :id, :body`, `json.partial! 'posts/post', post: post` */
  #jbuilder(given: readonly Value[], at: Rendered): ChainValue | undefined {
    if (at.link.name === 'partial!') return this.#partial(given, at);
    const block = given.find((value) => value.kind === 'function');
    const [rows, ...names] = given.filter((value) => value !== block);
    if (rows?.kind !== 'chain') return undefined;
    if (at.link.name === 'extract!') return this.#all(readsOf(rows, names), at);
    if (block) return over(rows, block, at);
    const [options] = names;
    const partial = stringOf(entry(options, 'partial'));
    if (partial === undefined) return this.#each(rows, at, (row) => readsOf(row, names));
    const as = nameOf(entry(options, 'as'));
    if (listName(rows) !== undefined) return this.#eachPartial(rows, this.#paths(partial), as, at);
    return as === undefined ? undefined : this.#called(this.#paths(partial), [[as, rows]], at);
  }

  /** `render json: @posts`, with the serializer of each row's class or the one that is named. */
  #json([options]: readonly Value[], at: Rendered): ChainValue | undefined {
    const rows = entry(options, 'json');
    const list = rows?.kind === 'chain' ? listName(rows) : undefined;
    if (!rows || list === undefined) return undefined;
    const named = entry(options, 'each_serializer');
    const serializer =
      named?.kind === 'chain' && typeof named.root === 'string' ? named.root : `${classify(list)}Serializer`;
    const include = entry(options, 'include');
    return this.#each(rows, at, (row) => [
      calledOn(serializer, 'serialize', [row], at.link.range),
      ...readsOf(row, include ? [include] : []),
    ]);
  }

  #each(rows: Value, at: Rendered, uses: (row: ChainValue) => readonly ChainValue[]): ChainValue | undefined {
    const list = rows.kind === 'chain' ? listName(rows) : undefined;
    if (rows.kind !== 'chain' || list === undefined) return undefined;
    const callback = { use: at.use, argument: 0 };
    const row = { name: singularize(list), range: rows.range };
    return over(rows, this.#file.methods.rowBlock(at.chain.range, row, at.frame, callback, uses), at);
  }
}

function over(rows: ChainValue, block: Value, { chain, link }: Rendered): ChainValue {
  const argumentsRange = { start: link.range.end, end: link.range.end };
  const each: Link = { name: 'each', range: link.range, arguments: [block], argumentsRange };
  return { ...rows, links: [...rows.links, each], range: chain.range };
}

/** `post: post` and `locals: { post: post }` */
function localsOf(value: Value | undefined): Local[] {
  if (value?.kind !== 'object') return [];
  const inner = entry(value, 'locals');
  if (inner) return localsOf(inner);
  return value.entries.flatMap(({ key, value: given }): Local[] => (typeof key === 'string' ? [[key, given]] : []));
}

function nameOf(value: Value | undefined): string | undefined {
  return stringOf(value)?.replace(/^:/, '');
}

/** A template is a method of the class that its file is, with its locals as one object. */
function partialCall(path: string, locals: readonly Local[], range: TextRange): ChainValue {
  const entries = locals.map(([key, value]) => ({ key, keyRange: value.range, value }));
  return calledOn(path, path.slice(path.lastIndexOf('/') + 1), [{ kind: 'object', entries, range }], range);
}
