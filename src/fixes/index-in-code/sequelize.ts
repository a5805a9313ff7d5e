import type { ClassFacts, FileFacts } from '../../code/facts/facts';
import { entryOf } from '../../code/facts/value-access';
import type { ChainValue, Link, ObjectValue, Value } from '../../code/facts/values';
import type { Model } from '../../code/models/model';
import type { DocumentEdit } from '../../nouns/fix';
import type { TextRange } from '../../nouns/text-range';
import { importEdits } from '../batch/text';
import { addArgument, addElement, addEntry, alone, quoted, textLiteral } from '../object-edit';
import { isAmongIndexes, isDecorated } from './declared-already';
import { allKnown, type DeclaredColumn, type IndexWriter, isThere, plainProperties } from './writer';

/** `indexes: [{ name: 'posts_author_id_idx', fields: ['author_id'] }]` among the options of `define`, `init` or `@Table`. */
export const sequelizeIndex: IndexWriter = (index, model, { source, facts }) => {
  const { name, method, columns, where, include } = index;
  const place = placeOf(model, facts);
  if (!place || isThere(include)) return undefined;
  const plain = where === undefined ? plainProperties(index) : undefined;
  const names = columns.map((column) => column.name);
  const isThereAlready = isAmongIndexes(names, entryOf(place.options, 'indexes')?.value);
  if (plain && (isThereAlready || isDecorated(plain, model.range, facts))) return undefined;
  const literal = (sql: string) => `Sequelize.literal(${textLiteral(source, sql)})`;
  const isSql = where !== undefined || columns.some(({ isExpression }) => isExpression);
  const imported = isSql ? literalImport(source) : [];
  const fields = allKnown(columns.map((column) => fieldText(column, source, literal)));
  if (!imported || !fields) return undefined;
  const entries = [
    `name: ${quoted(source, name)}`,
    ...(method === 'btree' ? [] : [`using: ${quoted(source, method)}`]),
    `fields: [${fields.join(', ')}]`,
    ...(where === undefined ? [] : [`where: ${literal(where)}`]),
  ];
  const written = inOptions(`{ ${entries.join(', ')} }`, place, source);
  return written && [...imported, ...written];
};

/** Columns by their own names. In another order than that of the direction, nulls are beyond it. */
function fieldText(
  { name, isExpression, descending, nulls, operatorClass }: DeclaredColumn,
  source: string,
  literal: (sql: string) => string,
): string | undefined {
  if (nulls !== undefined || (operatorClass !== undefined && !/^\w+$/.test(operatorClass))) return undefined;
  if (isExpression) return descending || operatorClass !== undefined ? undefined : literal(name);
  const more = [
    ...(operatorClass === undefined ? [] : [`operator: ${quoted(source, operatorClass)}`]),
    ...(descending ? [`order: ${quoted(source, 'DESC')}`] : []),
  ];
  return more.length === 0 ? quoted(source, name) : `{ name: ${quoted(source, name)}, ${more.join(', ')} }`;
}

/** SQL text needs `Sequelize.literal`. */
function literalImport(source: string): readonly DocumentEdit[] | undefined {
  const isWhole = /(?:const|var|import)\s+Sequelize\s*(?:=\s*require\(|from\s*)(['"])sequelize\1/.test(source);
  return isWhole ? [] : importEdits(source, 'Sequelize', 'sequelize');
}

/** Where the options of a model are written. */
interface OptionsPlace {
  readonly options: Value | undefined;
  /** The call that takes them; undefined for a decorator without parentheses. */
  readonly link: Link | undefined;
  /** Where they go when there are none. */
  readonly end: number;
  /** The arguments that have to be there before them. */
  readonly before: number;
}

function placeOf(model: Model, facts: FileFacts): OptionsPlace | undefined {
  const declared = facts.classes.find(({ nameRange }) => isSame(nameRange, model.range));
  const table = declared?.decorators.find(({ root }) => root === 'Table');
  if (table) {
    const [link] = table.links;
    return { options: link?.arguments?.[0], link, end: table.rootRange.end, before: 0 };
  }
  const calls = facts.functions.flatMap((of) =>
    of.uses.flatMap(({ chain }) => chain.links.map((link) => ({ chain, link, ofClass: of.class }))),
  );
  const found = calls.find(({ chain, link, ofClass }) =>
    declared ? isInit(chain, link, declared, ofClass) : link.name === 'define' && isSame(link.range, model.range),
  );
  if (!found) return undefined;
  const before = declared ? 1 : 2;
  const { link } = found;
  return { options: link.arguments?.[before], link, end: link.range.end, before };
}

function isInit({ root }: ChainValue, link: Link, { name }: ClassFacts, ofClass: string | undefined): boolean {
  if (link.name !== 'init' || link.arguments === undefined) return false;
  return root === name || (ofClass === name && (root === 'this' || root === 'super'));
}

function isSame(a: TextRange, b: TextRange): boolean {
  return a.start === b.start && a.end === b.end;
}

function inOptions(index: string, place: OptionsPlace, source: string): readonly DocumentEdit[] | undefined {
  const { options, link, end, before } = place;
  const added = `indexes: [${index}]`;
  if (!link) return [{ range: { start: end, end }, newText: `({ ${added} })` }];
  if (options === undefined) {
    return link.arguments?.length === before ? alone(addArgument(source, link, `{ ${added} }`)) : undefined;
  }
  const { argumentsRange } = link;
  // Options that stand elsewhere may be those of other models too, and so may what is spread here.
  if (options.kind !== 'object' || !argumentsRange || !isWithin(options.range, argumentsRange)) return undefined;
  return isClosed(options, source) ? alone(inObject(index, added, options, source)) : undefined;
}

function isClosed({ open, spreads, range }: ObjectValue, source: string): boolean {
  return !open && !isThere(spreads) && !source.slice(range.start, range.end).includes('...');
}

function inObject(index: string, added: string, options: ObjectValue, source: string): DocumentEdit | undefined {
  const indexes = entryOf(options, 'indexes')?.value;
  if (!indexes) return addEntry(source, options, added);
  const isHere = indexes.kind === 'array' && isWithin(indexes.range, options.range);
  return isHere ? addElement(source, indexes, index) : undefined;
}

function isWithin(inner: TextRange, outer: TextRange): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}
