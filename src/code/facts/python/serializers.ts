import type { TextRange } from '../../../nouns/text-range';
import { entry, isTrue, stringOf } from '../value-access';
import type { ChainValue, Link, Value } from '../values';
import type { FileReader } from './file-reader';
import { type ClassDraft, emptyDraft, type Frame } from './frame';
import { unpaged } from './pages';

/** Views of REST framework that show a list by themselves. */
const listing = /(?:^|\.)(?:(?:ReadOnly)?ModelViewSet|List(?:Create)?APIView|ListModelMixin)$/;

/** What REST framework does with the rows that it is given is written out: as methods and loops of the program. */
export class SerializerReader {
  readonly #file: FileReader;

  constructor(file: FileReader) {
    this.#file = file;
  }

  /** A serializer gets the method `serialize(instance)`, a view of a list the method `list`. */
  class(owner: ClassDraft, frame: Frame): void {
    const bases = [nameOfCallee(owner.extends), ...(owner.implements ?? [])];
    if (bases.some((base) => /Serializer$/.test(base))) this.#serializer(owner, frame);
    else if (bases.some((base) => listing.test(base))) this.#view(owner, frame);
  }

  /** `PostSerializer(posts, many=True)`: for each of them `serialize`. */
  call(chain: ChainValue, frame: Frame): void {
    const call = chain.links.find((link) => link.arguments);
    const [rows] = call?.arguments ?? [];
    if (!call || !rows || rows.kind === 'object' || !isTrue(entry(call.arguments?.at(-1), 'many'))) return;
    const index = chain.links.indexOf(call);
    const of = { ...chain, links: chain.links.slice(0, index + 1) };
    const range = call.argumentsRange ?? chain.range;
    const name = nameOfCallee(of);
    // `self.get_serializer(page, many=True)`
    const own = chainOf('this', [called('serializer_class', [], range)], range);
    const isOwn = chain.root === 'this' && index === 0 && /^(?:get_serializer|serializer_class)$/.test(name);
    if (isOwn || /Serializer$/.test(name)) this.#each(unpaged(rows, frame.draft), isOwn ? own : of, frame, range);
  }

  #serializer(owner: ClassDraft, frame: Frame): void {
    const inner = this.#method(owner, 'serialize', frame);
    if (!inner) return;
    inner.draft.parameters = [{ name: 'instance', range: owner.nameRange }];
    for (const { name, value, isStatic, range } of owner.fields) {
      if (isStatic && value?.kind === 'chain') this.#field(name, value, range, inner);
    }
    if (owner.methods.some(({ name }) => name === 'to_representation'))
      use(
        inner,
        chainOf('this', [called('to_representation', [rowAt(owner.nameRange)], owner.nameRange)], owner.nameRange),
      );
  }

  #field(name: string, value: ChainValue, range: TextRange, frame: Frame): void {
    const call = value.links.findLast((link) => link.arguments);
    const options = call?.arguments?.findLast((one) => one.kind === 'object');
    const kind = nameOfCallee(value);
    if (!call || kind === '') return;
    const [first] = call.arguments ?? [];
    if (kind === 'SerializerMethodField') {
      const method = stringOf(entry(options, 'method_name')) ?? stringOf(first) ?? `get_${name}`;
      use(frame, chainOf('this', [called(method, [rowAt(range)], range)], range));
      return;
    }
    const source = stringOf(entry(options, 'source')) ?? name;
    const isMany = isTrue(entry(options, 'many'));
    const path = source === '*' ? [] : source.split('.').map((part) => ({ name: part, range }));
    if (/Serializer$/.test(kind)) {
      const of = { ...value, links: value.links.slice(0, value.links.indexOf(call) + 1) };
      const rows = chainOf('instance', isMany ? [...path, called('all', [], range)] : path, range);
      if (isMany) use(frame, rows);
      if (isMany) this.#each(rows, of, frame, range);
      else if (path.length > 0) use(frame, serialized(of, rows, range));
    } else if (isMany && /Field$/.test(kind))
      use(frame, chainOf('instance', [...path, called('all', [], range)], range));
    else if (path.length > 1 || kind === 'StringRelatedField') use(frame, chainOf('instance', path, range));
    else if (kind === 'SlugRelatedField') {
      const slug = stringOf(entry(options, 'slug_field')) ?? 'slug';
      use(frame, chainOf('instance', [...path, { name: slug, range }], range));
    }
  }

  #view(owner: ClassDraft, frame: Frame): void {
    const field = (name: string) => owner.fields.find((one) => one.name === name && one.isStatic);
    const [serializer, rows] = [field('serializer_class'), field('queryset')?.value];
    const isAsked = owner.methods.some(({ name }) => name === 'get_queryset');
    const isOther = owner.methods.some(({ name }) => name === 'list' || name === 'get_serializer_class');
    if (serializer?.value?.kind !== 'chain' || isOther || (!isAsked && !rows)) return;
    const inner = this.#method(owner, 'list', frame);
    const range = serializer.value.range;
    const asked = chainOf('this', [called('get_queryset', [], range)], range);
    const of = { ...serializer.value, links: [...serializer.value.links, called('', [], range)] };
    if (inner) this.#each(isAsked ? asked : (rows ?? asked), of, inner, range);
  }

  #method(owner: ClassDraft, name: string, frame: Frame): Frame | undefined {
    if (owner.methods.some((one) => one.name === name)) return undefined;
    const draft = emptyDraft(`${owner.name}.${name}`, owner.range, owner.nameRange);
    draft.parent = frame.id;
    draft.class = owner.name;
    const inner = this.#file.open(draft, 'self', owner);
    owner.methods.push({ name, decorators: [], function: inner.id });
    return inner;
  }

  /** A loop that calls `serialize` for each row. */
  #each(rows: Value, of: ChainValue, frame: Frame, range: TextRange): void {
    const element = { name: 'row', range };
    const { loop: around, scope } = frame;
    const loop = { kind: 'for of' as const, headRange: range, bodyRange: range, head: '', over: rows, element };
    frame.loop = frame.draft.loops.push(around === undefined ? loop : { ...loop, parent: around }) - 1;
    // Each loop has a row of its own.
    frame.scope = range;
    this.#file.bind(frame, element, range, rows).isElement = true;
    use(frame, serialized(of, chainOf(element.name, [], range), range));
    frame.loop = around;
    frame.scope = scope;
  }
}

/** `PostSerializer(…)` → PostSerializer().serialize(row) */
function serialized({ links, ...of }: ChainValue, row: ChainValue, range: TextRange): ChainValue {
  const made = links.map((link) => (link.arguments ? { ...link, arguments: [] } : link));
  return { ...of, links: [...made, called('serialize', [row], range)], range };
}

function nameOfCallee(chain: ChainValue | undefined): string {
  const named = chain?.links.findLast(({ name }) => name !== '')?.name;
  return named ?? (typeof chain?.root === 'string' ? chain.root : '');
}

function chainOf(root: string, links: readonly Link[], range: TextRange): ChainValue {
  return { kind: 'chain', root, rootRange: range, links, range };
}

function rowAt(range: TextRange): ChainValue {
  return chainOf('instance', [], range);
}

function called(name: string, values: readonly Value[], range: TextRange): Link {
  return { name, range, arguments: values, argumentsRange: range };
}

function use({ draft, loop }: Frame, chain: ChainValue): void {
  draft.uses.push(loop === undefined ? { chain } : { chain, loop });
}
