import type { TextRange } from '../../../nouns/text-range';
import type { GeneratedStatement, OrmCall } from '../orm';
import { type SqlText, statementOf } from '../support/sql-text';
import { type Datum, member } from './datum';
import { type Evaluator, nowhere } from './evaluate';
import type { Finder, Include } from './finder-types';
import { withReplacements } from './replacements';

/** Marks the include of a join table. */
export const joinTable = 'is join table';

/** What reading one call needs. */
export interface Reading {
  readonly evaluator: Evaluator;
  readonly notes: Set<string>;
}

/** What a method of a model sends. */
export interface Sent {
  readonly operation: OrmCall['operation'];
  readonly isMany: boolean;
  readonly statements: readonly GeneratedStatement[];
  readonly finder?: Finder;
}

export function sent(operation: Sent['operation'], isMany: boolean, ...texts: readonly SqlText[]): Sent {
  return { operation, isMany, statements: texts.map((text) => statementOf(text)) };
}

/** Sent only when the statement before it found something. */
export function followUp(text: SqlText): GeneratedStatement {
  return { ...statementOf(text), isFollowUp: true };
}

/** The statement with the places of the names in its conditions. */
export function statementOfFinder(text: SqlText, finder: Finder): GeneratedStatement {
  const places = new Map<string, TextRange>();
  addPlaces(finder.where, places);
  for (const include of finder.include) addPlaces(include.where, places);
  const statement = statementOf(withReplacements(text, member(finder.options, 'replacements')));
  return places.size > 0 ? { ...statement, places } : statement;
}

function addPlaces(where: Datum | undefined, places: Map<string, TextRange>): void {
  if (where?.kind === 'list') for (const item of where.items) addPlaces(item, places);
  if (where?.kind !== 'dict') return;
  for (const [key, value] of where.entries) {
    const place = where.places.get(key);
    if (typeof key === 'string' && place && !places.has(key)) places.set(key, place);
    addPlaces(value, places);
  }
}

/** Associations that come with the rows, dotted, with the place where each is asked for. */
export function loadsOf(finder: Finder): OrmCall['loads'] {
  const loads: OrmCall['loads'][number][] = [];
  const visit = (include: Include, before: string): void => {
    // The join table's rows that an accessor adds are no relation of the program's.
    if (include.options.entries.has(joinTable)) return;
    const path = `${before}${include.as}`;
    const names = include.attributes.map((each) => (typeof each === 'string' ? each : 'as' in each ? each.as : ''));
    const isWhole = names.length >= include.model.attributes.size;
    loads.push({ path, range: include.options.range ?? nowhere, ...(isWhole ? {} : { columns: names }) });
    for (const child of include.include) visit(child, `${path}.`);
  };
  for (const include of finder.include) visit(include, '');
  return loads;
}
