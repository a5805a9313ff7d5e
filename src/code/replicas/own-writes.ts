import type { RelationName } from '../../nouns/statement';
import type { TextRange } from '../../nouns/text-range';
import type { SqlParser } from '../../sql/parser';
import { writtenRelations } from '../../sql/written-relations';
import type { CallGraph, Edge } from '../calls/call-graph';
import { nameAround } from '../calls/function-names';
import { mayIterate } from '../calls/iterators';
import type { QueryPlace } from '../calls/repetition';
import type { Queries } from '../calls/sources';
import { nameOf } from '../calls/steps';
import { takerOf } from '../calls/taker';
import { isInTransaction, runsInTransaction } from '../calls/transactions';
import type { FileFacts, FunctionFacts, Use } from '../facts/facts';
import type { Branch } from '../facts/values';
import type { Place } from '../resolve/origin';
import type { OwnWrite } from './replica-use';
import type { SentToReader } from './sent-to';

export interface OwnWriteSources {
  readonly queries: Queries;
  readonly graph: CallGraph;
  readonly parser: SqlParser;
  readonly sentTo: SentToReader;
  readonly textOf: (path: string) => string | undefined;
}

export type FoundOwnWrite = OwnWrite & { readonly read: QueryPlace };

/** What one function does to tables, in itself or in a function that it calls. */
interface Step {
  readonly kind: 'read' | 'write';
  readonly tables: readonly string[];
  /** Index in the function's uses. */
  readonly use: number;
  /** Where it stands in the function. */
  readonly range: TextRange;
  readonly place: QueryPlace;
  /** The call that leads there. */
  readonly edge?: Edge;
  /** It stands in what `.then(…)` is given. */
  readonly isThen?: true;
}

/**
 * Reads of what the same function has written before, each with the last write of its tables. Left out is what the primary
 * answers in any case: inside of a transaction, or asked for by the library's own option.
 */
export function findOwnWrites(sources: OwnWriteSources): FoundOwnWrite[] {
  const steps = new Steps(sources);
  const found = new Map<string, FoundOwnWrite>();
  for (const file of sources.queries.files) {
    // Rails sends all of a request that writes to the primary, and the next ones of the same person:
    // https://guides.rubyonrails.org/active_record_multiple_databases.html#activating-automatic-role-switching
    if (sources.queries.sources.tracer.roles.isAside(file.uri) || file.languageId === 'ruby') continue;
    const text = sources.textOf(file.uri);
    if (text === undefined) continue;
    for (const index of file.functions.keys()) {
      if (index === 0) continue;
      for (const one of inFunction({ file, function: index }, steps.of({ file, function: index }), text, sources)) {
        const key = `${one.path}:${one.range.start}`;
        const known = found.get(key);
        // The one that the function does by itself says more.
        if (!known || (known.readAt && !one.readAt)) found.set(key, one);
      }
    }
  }
  return [...found.values()].sort((a, b) => a.path.localeCompare(b.path) || a.range.start - b.range.start);
}

function inFunction(at: Place, steps: readonly Step[], text: string, { sentTo }: OwnWriteSources): FoundOwnWrite[] {
  const facts = at.file.functions[at.function];
  const writes = steps.filter(({ kind }) => kind === 'write');
  if (!facts || writes.length === 0 || runsInTransaction(at) || isAtomic(at)) return [];
  return steps.flatMap((read): FoundOwnWrite[] => {
    const target = read.kind === 'read' ? sentTo.of(read.place) : 'primary';
    if (target === 'primary') return [];
    const write = writes.findLast((one) => shared(read, one).length > 0 && isBefore(one, read, { at, facts, text }));
    if (!write) return [];
    const { place, edge } = read;
    const around = nameAround(at);
    return [
      {
        path: at.file.uri,
        range: read.range,
        name: edge ? nameOf(edge) : place.name,
        library: place.library,
        ...(around !== undefined && { inFunction: around }),
        sentTo: target,
        tables: shared(read, write),
        write: { range: write.range, name: write.edge ? nameOf(write.edge) : write.place.name },
        ...(edge && { readAt: { path: place.uri, range: place.range } }),
        read: place,
      },
    ];
  });
}

/** Django's `with transaction.atomic():`, whose block is no function: all around it is taken for it. */
function isAtomic({ file, function: index }: Place): boolean {
  const uses = file.languageId === 'python' ? (file.functions[index]?.uses ?? []) : [];
  return uses.some(({ chain: { root, links } }) => root === 'atomic' || links.some(({ name }) => name === 'atomic'));
}

const shared = (read: Step, write: Step): string[] => read.tables.filter((name) => write.tables.includes(name));

interface Around {
  readonly at: Place;
  readonly facts: FunctionFacts;
  readonly text: string;
}

/** Whether the write is done when the read is sent, on each way through the function that leads from one to the other. */
function isBefore(write: Step, read: Step, { at, facts, text }: Around): boolean {
  const [first, second] = [facts.uses[write.use], facts.uses[read.use]];
  if (!first || !second) return false;
  if (write.use === read.use) return read.isThen === true && !write.isThen && write.range.end <= read.range.start;
  const done = doneAt(first, facts, at.file);
  if (done === undefined || done > read.range.start) return false;
  // What leaves with the read itself is none of the ways before it.
  const between = text.slice(done, read.range.start).replace(/\breturn\b[^;{}]*$/, '');
  if (!isOnTheWay(first.branch, second.branch, between)) return false;
  // Of `catch` nothing is done.
  return !(second.branch && !holds(first.branch, second.branch) && /\bcatch\b|\bexcept\b/.test(between));
}

/** Where a call has been waited for; undefined where nobody waits. */
function doneAt(use: Use, { uses }: FunctionFacts, { languageId }: FileFacts): number | undefined {
  if (use.within === 'return') return undefined;
  const end = endOf(use);
  if (use.isAwaited || languageId === 'python') return end;
  const outer = uses.find(
    (one) => one.isAwaited && one.chain.range.start <= use.chain.range.start && endOf(one) >= end && one !== use,
  );
  return outer && endOf(outer);
}

const endOf = ({ chain }: Use): number => Math.max(chain.range.end, chain.links.at(-1)?.argumentsRange?.end ?? 0);

/** False for two arms of one decision, and for an arm that may leave before the read. */
function isOnTheWay(write: Branch | undefined, read: Branch | undefined, between: string): boolean {
  for (let one = write; one; one = one.within) {
    const other = sameDecision(one, read);
    if (other && other.arm !== one.arm) return false;
  }
  return !write || holds(read, write) || !/\b(?:return|throw|break|continue|raise)\b/.test(between);
}

function sameDecision({ id }: Branch, other: Branch | undefined): Branch | undefined {
  for (let one = other; one; one = one.within) if (one.id === id) return one;
  return undefined;
}

/** Whether what is in the one branch is also in the other. */
function holds(inner: Branch | undefined, outer: Branch): boolean {
  return inner !== undefined && sameDecision(outer, inner)?.arm === outer.arm;
}

/** What runs its callback at once, and is done when that is. */
const atOnce = /^(?:then|\$?transaction(?:al)?|withTransaction|inTransaction|runInTransaction|begin|tx)$/;

class Steps {
  readonly #sources: OwnWriteSources;
  readonly #byFile = new Map<FileFacts, ReadonlyMap<number, readonly Step[]>>();

  constructor(sources: OwnWriteSources) {
    this.#sources = sources;
  }

  /** In the order of the text. */
  of(at: Place): readonly Step[] {
    const own = this.#ownOf(at);
    const facts = at.file.functions[at.function];
    const called = facts?.uses.flatMap((use, index) => this.#calledBy(use, index, at)) ?? [];
    return [...own, ...called].sort((a, b) => a.range.start - b.range.start);
  }

  #ownOf({ file, function: index }: Place): readonly Step[] {
    let steps = this.#byFile.get(file);
    if (!steps) {
      steps = this.#inFile(file);
      this.#byFile.set(file, steps);
    }
    return steps.get(index) ?? [];
  }

  #inFile(file: FileFacts): ReadonlyMap<number, readonly Step[]> {
    const steps = new Map<number, Step[]>();
    for (const place of this.#sources.queries.places(file).all) {
      const { at, use, range } = place;
      const does = this.#doneBy(place);
      if (use === undefined || !does) continue;
      let step: Step = { ...does, use, range, place };
      let index = at.function;
      for (;;) {
        steps.set(index, [...(steps.get(index) ?? []), step]);
        const { callback, parent } = file.functions[index] ?? {};
        const taker = takerOf(file, index)?.name ?? '';
        if (!callback || parent === undefined || !(mayIterate(taker) || atOnce.test(taker))) break;
        index = parent;
        step = { ...step, use: callback.use, ...(taker === 'then' && { isThen: true as const }) };
      }
    }
    return steps;
  }

  /** Undefined for what is neither: a call that does both reads what it writes in one transaction, or one statement. */
  #doneBy(place: QueryPlace): Pick<Step, 'kind' | 'tables'> | undefined {
    const statements = place.sql.flatMap((sql) => {
      const parsed = this.#sources.parser.parse(sql);
      return parsed.ok ? [parsed.statement] : [];
    });
    const written = statements.flatMap(writtenRelations);
    if (written.length > 0) return { kind: 'write', tables: namesOf(written) };
    if (statements.length === 0 || !statements.every(({ readsOnly }) => readsOnly) || isKeptTogether(place))
      return undefined;
    return { kind: 'read', tables: namesOf(statements.flatMap(({ relations }) => relations)) };
  }

  /** What functions do that are called here and waited for. */
  #calledBy(use: Use, index: number, at: Place): Step[] {
    return this.#sources.graph.of(at, index).flatMap((edge): Step[] => {
      const { chain, callee, link } = edge;
      if (
        edge.kind !== 'call' ||
        this.#sources.queries.sources.tracer.roles.isAside(callee.file.uri) ||
        isSamePlace(callee, at)
      )
        return [];
      const isWaitedFor =
        at.file.languageId === 'python' || use.isAwaited || use.within === 'return' || use.within === 'argument';
      if (!isWaitedFor || isInTransaction({ chain, at })) return [];
      const end = chain.links[link]?.argumentsRange?.end ?? chain.range.end;
      const range = { start: chain.range.start, end };
      return this.#ownOf(callee).map(({ kind, tables, place }) => ({ kind, tables, use: index, range, place, edge }));
    });
  }
}

const isSamePlace = (one: Place, other: Place): boolean => one.file === other.file && one.function === other.function;

/** Without their schemas: programs name few tables twice. */
const namesOf = (relations: readonly RelationName[]): string[] => [...new Set(relations.map(({ name }) => name))];

/** Names that stand for a connection of all of a program's own work, in a transaction or not. */
function isKeptTogether(place: QueryPlace): boolean {
  return place.library === 'mikro-orm' ? runsInTransaction(place.at) : isInTransaction(place);
}
