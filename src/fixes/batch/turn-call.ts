import { isWithin } from '../../code/calls/few-turns';
import type { Repetition } from '../../code/calls/repetition';
import type { Value } from '../../code/facts/values';
import type { TextRange } from '../../nouns/text-range';
import type { TextOf } from '../code-fixes';
import { awaitedRange } from '../eager-loading/awaited-range';
import { type LoopText, loopText } from './loop-text';
import {
  codeOf,
  isAnotherEachTime,
  isAssigned,
  isChangedIn,
  isNamed,
  mayLeave,
  mayWrite,
  mentions,
  withoutComments,
} from './turn-text';

/** A query of a turn that asks by one property of the row, and whose place one query before the loop can take. */
export interface TurnCall {
  readonly repetition: Repetition;
  readonly source: string;
  readonly loop: LoopText;
  /** The call with its `await`. */
  readonly awaited: TextRange;
  /** Without it. */
  readonly range: TextRange;
  /** Of the table asked, as the call names it: `postId`. */
  readonly property: string;
  /** What it is compared with, in the call. */
  readonly value: Value;
  /** `post.id` */
  readonly key: string;
  /** `posts.map((post) => post.id)` */
  readonly keys: string;
}

/**
 * Undefined when something of the turn besides the key is in the call, it is not sent on each turn, the turn writes (what
 * is asked before the loop would not see it), or it is not certain that the list is one of rows from the database.
 */
export function turnCall(repetition: Repetition, textOf: TextOf): TurnCall | undefined {
  const { inner, keys, loop, depth } = repetition;
  const [key] = keys;
  if (depth > 0 || repetition.reason || repetition.isConditional || repetition.isByList || repetition.isRecursive)
    return undefined;
  if (!key || keys.length !== 1 || key.rowPath?.length !== 1 || repetition.pace === 'not awaited') return undefined;
  if (inner.uri !== loop.uri || !loop.over?.query || !standsIn(repetition) || !inner.chain) return undefined;
  if ((inner.orm?.notes.length ?? 0) > 0) return undefined;
  const source = textOf(inner.uri);
  const text = source === undefined ? undefined : loopText(loop, source);
  const awaited = source === undefined ? undefined : awaitedRange(inner, source);
  if (source === undefined || !text || !awaited) return undefined;
  const isWrittenThere = [inner.chain.rootRange, ...inner.chain.links.map(({ range }) => range)].every(
    ({ start }) => start >= awaited.start,
  );
  if (!isWrittenThere || inner.chain.open) return undefined;
  const written = source.slice(key.value.range.start, key.value.range.end);
  if (!readings(text.row, key.rowPath[0] ?? '', inner.library).includes(written)) return undefined;
  if (key.value.range.start < awaited.start || key.value.range.end > awaited.end) return undefined;
  const call: TurnCall = {
    repetition,
    source,
    loop: text,
    awaited,
    range: {
      start: awaited.start + (/^await\s+/.exec(source.slice(awaited.start))?.[0].length ?? 0),
      end: awaited.end,
    },
    property: key.property,
    value: key.value,
    key: written,
    keys: `${text.list}.map((${text.row}) => ${written})`,
  };
  return isAskedOnEachTurn(call) && isOfTurnByKeyOnly(call) && !changesBetween(call) && isKeyOfText(call)
    ? call
    : undefined;
}

/** `post.authorId`; where rows keep their columns to themselves also `post.get('author_id')`. */
function readings(row: string, property: string, library: string): string[] {
  const getters = library === 'bookshelf' ? [`${row}.get('${property}')`, `${row}.get("${property}")`] : [];
  return [`${row}.${property}`, ...getters];
}

/**
 * Keys are compared as text in the program: 1 and '1' are one, 1.0 and 1 are not. A key that is null asks for nothing in a
 * list, and for the rows without one by itself.
 */
function isKeyOfText({ repetition, property }: TurnCall): boolean {
  const { inner, loop, keys } = repetition;
  const own = keys[0]?.rowPath?.[0] ?? '';
  const given = loop.over?.model?.columns.find((column) => column.property === own);
  // A reference to the row itself has its key's type.
  const isReference = inner.orm?.model?.associations.some(
    ({ name, kind, target, referenced }) =>
      name === property &&
      kind === 'belongsTo' &&
      target === loop.over?.model?.name &&
      referenced.length === 1 &&
      referenced[0] === given?.column,
  );
  const asked = isReference ? given : inner.orm?.model?.columns.find((column) => column.property === property);
  const families = [asked?.type, given?.type].flatMap((type) => (type === undefined ? [] : [familyOf(type)]));
  if (families.includes(undefined) || new Set(families).size > 1) return false;
  if (families.length === 0 && !/(?:^|_)(?:id|uuid)$|I[dD]$|Uuid$/.test(property)) return false;
  // `id = $1` finds nothing by null, and none has a null in its primary key; for TypeORM a null is no condition at all.
  if (inner.site || /^(?:drizzle|kysely)$/.test(inner.library) || (asked?.isPrimaryKey && inner.library !== 'typeorm'))
    return true;
  const isOneRow = inner.operation === 'find one' && !inner.isMany;
  return isOneRow || (given ? given.isPrimaryKey === true : /^(?:id|uuid)$/.test(own));
}

function familyOf(type: string): string | undefined {
  if (/^(?:(?:small|big)?int(?:eger|[248])?|(?:small|big)?serial[248]?)$/i.test(type)) return 'integer';
  if (/^(?:text|varchar|character varying)(?:\(\d+\))?$/i.test(type)) return 'text';
  return /^uuid$/i.test(type) ? 'uuid' : undefined;
}

/** In the loop itself, not in a loop or a function in it. */
export function standsIn({ inner, loop }: Repetition): boolean {
  const { file, function: index } = inner.at;
  if (file !== loop.at.file) return false;
  if (loop.callback !== undefined) return index === loop.callback && useOf(inner)?.loop === undefined;
  return index === loop.at.function && loop.loop !== undefined && useOf(inner)?.loop === loop.loop;
}

function useOf({ at, use }: Repetition['inner']) {
  return use === undefined ? undefined : at.file.functions[at.function]?.uses[use];
}

/** Nothing before it may leave the turn, or leave it out: keys of such turns may not be ones to ask for. */
function isAskedOnEachTurn({ source, loop, awaited }: TurnCall): boolean {
  const before = source.slice(loop.body.start, awaited.start);
  return !mayLeave(before);
}

/** The row is in the call once, and no name that the turn declares. */
function isOfTurnByKeyOnly({ source, loop, awaited, value, repetition }: TurnCall): boolean {
  const written = `${source.slice(awaited.start, value.range.start)} ${source.slice(value.range.end, awaited.end)}`;
  const names = [loop.row, ...namesOfTurn(repetition)];
  return !isAnotherEachTime(written) && names.every((name) => name === '' || !mentions(codeOf(written), name));
}

/** What the turn declares, and what it is given. */
export function namesOfTurn({ inner, loop: repeated }: Repetition): readonly string[] {
  const facts = inner.at.file.functions[inner.at.function];
  const declared = (facts?.bindings ?? [])
    .filter(({ loop: within }) => repeated.loop === undefined || isWithin(facts?.loops ?? [], within, repeated.loop))
    .flatMap(({ pattern }) => [pattern.name, ...(pattern.bound ?? []).map(({ name }) => name)]);
  const given = (repeated.callback === undefined ? [] : (facts?.parameters ?? [])).flatMap(({ name, bound }) => [
    name,
    ...(bound ?? []).map((one) => one.name),
  ]);
  return [...declared, ...given];
}

/** What is waited for besides must be known to ask only; the list, the row's key and what was found stay what they are. */
function changesBetween({ source, loop, awaited, key }: TurnCall): boolean {
  const rest = withoutComments(
    `${source.slice(loop.body.start, awaited.start)} ${source.slice(awaited.end, loop.body.end)}`,
  );
  return mayWrite(rest) || isNamed(rest, loop.list) || isAssigned(rest, key) || isAssigned(rest, loop.row);
}

/** What a person must know of a list of keys; each is a parameter, unless the library writes them out or sends one array. */
export function keysNote({ repetition, loop }: TurnCall): string | undefined {
  return /^(?:typeorm|knex|kysely|drizzle|objection|bookshelf)$/.test(repetition.inner.library)
    ? `PostgreSQL takes at most 65,535 parameters: ${loop.list} must not be longer.`
    : undefined;
}

/** What is found for one row may be had by others, too: nothing may be done to it. */
export function isChanged({ source, loop, awaited }: TurnCall): boolean {
  return isChangedIn(source.slice(loop.body.start, awaited.start), source.slice(awaited.end, loop.body.end));
}
