import { stringOf } from '../value-access';
import type { ChainValue, FunctionValue } from '../values';
import type { FileReader } from './file-reader';
import type { ClassDraft, Frame } from './frame';
import { calledOn, readsOf } from './row-reads';

/** What a serializer's class body says of a row: `attribute(:n) { … }`, `belongs_to :author`, `field :n do |post| … end`. */
const declaring = /^(?:attributes?|fields?|belongs_to|has_one|has_many|association|node)$/;

/** active_model_serializers, jsonapi-serializer, Blueprinter: classes that are asked for what of a row is shown. */
export function isSerializer({ name, extends: base, decorators }: ClassDraft): boolean {
  const bases = [base, ...decorators.flatMap(({ links: [link] }) => (link?.name === 'include' ? link.arguments : []))];
  const isOfLibrary = bases.some(
    (one) => one?.kind === 'chain' && /(?:^|::)(?:Serializer|Blueprinter::Base)$|Serializer$/.test(String(one.root)),
  );
  return isOfLibrary || (base !== undefined && /(?:Serializer|Blueprint)$/.test(name));
}

/** Adds the method `serialize(object)`, which does with one row what the serializer does. Its methods have `object` as a parameter. */
export function addSerialize(owner: ClassDraft, file: FileReader, frame: Frame): void {
  const range = owner.nameRange;
  const object: ChainValue = { kind: 'chain', root: 'object', rootRange: range, links: [], range };
  const own = new Set(owner.methods.map(({ name }) => name));
  // What has an id for each row is told by the id: jsonapi-serializer loads nothing for a `belongs_to`.
  const isByIds = owner.decorators.some(({ links: [link] }) => link?.name === 'include');
  const uses = owner.decorators.flatMap(({ links: [link] }): ChainValue[] => {
    const given = link?.arguments ?? [];
    if (!link || !declaring.test(link.name)) return [];
    const block = given.find((value): value is FunctionValue => value.kind === 'function');
    if (block) return [calledOn(owner.name, blockMethod(owner, file, block), [object], range)];
    const isRelation = !/^(?:attribute|field)s?$/.test(link.name);
    if (isRelation && isByIds) return [];
    const names = given.filter((value) => {
      const name = stringOf(value)?.replace(/^:/, '');
      return name !== undefined && !own.has(name);
    });
    return readsOf(object, isRelation ? names.slice(0, 1) : names);
  });
  const methods = owner.methods.flatMap(({ name, function: id }) =>
    file.functions[id]?.parameters.length === 1 && !name.startsWith('block at')
      ? [calledOn(owner.name, name, [object], range)]
      : [],
  );
  // The class itself is asked: its methods need no object.
  for (const [i, method] of owner.methods.entries()) owner.methods[i] = { ...method, isStatic: true };
  file.methods.made('serialize', owner, range, frame, [...uses, ...methods]);
}

/** A block becomes a method, so that it can be called by name. */
function blockMethod(owner: ClassDraft, file: FileReader, { id, range }: FunctionValue): string {
  const name = `block at ${range.start}`;
  const draft = file.functions[id];
  if (draft) {
    draft.name = `${owner.name}.${name}`;
    draft.class = owner.name;
    delete draft.callback;
    if (draft.parameters.length === 0) draft.parameters.push({ name: 'object', range });
    owner.methods.push({ name, decorators: [], function: id });
  }
  return name;
}
