import type { CacheWrap, RefusedWrap, WrappedRead, WrappedWrite } from '../../code/caches/cache-aside';
import { takerOf } from '../../code/calls/taker';
import type { FileFacts } from '../../code/facts/facts';
import type { TextRange } from '../../nouns/text-range';
import type { SentStatement } from './find-cache-aside';
import { keyOf } from './key';
import { callAround, rootOf, type SendingCall } from './sending-call';
import { shapeOf } from './shape';
import { isSentInTransaction, listAround, transactionAround } from './transaction-around';

export interface WrapContext {
  readonly file: FileFacts;
  readonly text: string;
  /** What the cache is called in the file. */
  readonly cache: string;
  /** Before the names of its keys, so that no other file has them: `services/posts.` */
  readonly prefix: string;
  /** Names that were given to others. */
  readonly taken: Set<string>;
}

const refused = (why: string): RefusedWrap => ({ refused: why });

export function wrapOf(statement: SentStatement, context: WrapContext): CacheWrap {
  const { path, range, library, readsOnly, writes } = statement;
  const call = callAround(range, library, context.file, context.text);
  return {
    path,
    range,
    ...(readsOnly && {
      reads: call ? readOf(call, statement, context) : refused('Its call is not found in the text.'),
    }),
    ...(writes.length > 0 && {
      writes: call ? writeOf(call, statement, context) : refused('its call is not found in the text.'),
    }),
    ...(call && isKept(call, context) && { isKept: true as const }),
  };
}

function readOf(call: SendingCall, statement: SentStatement, context: WrapContext): WrappedRead | RefusedWrap {
  const { file, text } = context;
  const { library } = statement;
  if (isSentInTransaction(call, library, file))
    return refused('It is sent in a transaction, which sees its own writes.');
  if (/\.(?:stream|cursor|subscribe)\(|\bnew\s+(?:QueryStream|Cursor)\b/.test(call.source)) {
    return refused('Its rows are streamed.');
  }
  const why = whyNotMoved(call, statement, context);
  if (why !== undefined) return refused(why);
  const local = localNames(file, call.function);
  const sender = senders(call, library).find((name) => local.has(name) && !isOfModule(name, call, file));
  if (sender !== undefined) {
    return refused(
      `It is sent by what the function is given (${sender}), which may be another database or a transaction.`,
    );
  }
  const shape = shapeOf(call, library, text);
  if ('refused' in shape) return shape;
  const key = keyOf(call, local, file.imports);
  if ('refused' in key) return key;
  const name = freeKey(`${context.prefix}${nameAround(file, call.function)}`, context);
  return { wrapped: call.range, key: [`'${name}'`, ...key.parts], ...shape };
}

function writeOf(call: SendingCall, statement: SentStatement, context: WrapContext): WrappedWrite | RefusedWrap {
  const { file, text } = context;
  const isInside = isSentInTransaction(call, statement.library, file);
  const outer = listAround(call, file, text) ?? (isInside ? transactionAround(call, file, text) : call);
  if (!outer)
    return refused(
      'it is in a transaction, and where that is committed is not seen: tell the cache behind its commit.',
    );
  const why = whyNotMoved(outer, statement, context);
  if (why !== undefined) return refused(`${why.charAt(0).toLowerCase()}${why.slice(1)}`);
  return { wrapped: outer.range, ...toldAt(outer.range, text, context.cache) };
}

/** Tables that a `cache.changing([…], async () => …)` around it names. */
function toldAt({ start }: TextRange, text: string, cache: string): Omit<WrappedWrite, 'wrapped'> {
  let before = text.slice(0, start);
  const told: string[] = [];
  let listEnd: number | undefined;
  const around = new RegExp(`\\b${cache}\\.changing\\(\\s*\\[([^\\]]*)\\],\\s*async \\(\\) =>\\s*$`);
  for (let found = around.exec(before); found; found = around.exec(before)) {
    const [whole, list = ''] = found;
    told.push(...(list.match(/[^'",\s]+/g) ?? []));
    // Before a comma that a formatter has put behind the last.
    listEnd ??= found.index + whole.indexOf('[') + 1 + list.replace(/,?\s*$/, '').length;
    before = before.slice(0, found.index);
  }
  return { told, ...(listEnd !== undefined && { listEnd }) };
}

function isKept({ range, function: index }: SendingCall, { file, text, cache }: WrapContext): boolean {
  for (let id: number | undefined = index; id !== undefined && id > 0; id = file.functions[id]?.parent) {
    const taker = takerOf(file, id);
    if (taker?.name === 'read' && String(taker.chain.root) === cache) return true;
  }
  return new RegExp(`\\b${cache}\\.read\\(\\{[^;]*\\}, async \\(\\) => $`).test(
    text.slice(Math.max(0, range.start - 600), range.start),
  );
}

/** `const { rawQuery } = prisma`, `const repository = this.posts`: another name for what the module has. */
function isOfModule(name: string, { function: start }: SendingCall, file: FileFacts): boolean {
  const outer = localNames(file, start);
  for (let index: number | undefined = start; index !== undefined && index > 0; index = file.functions[index]?.parent) {
    for (const { pattern, value, isConstant } of file.functions[index]?.bindings ?? []) {
      if (pattern.name !== name && !pattern.bound?.some((one) => one.name === name)) continue;
      const isName = value?.kind === 'chain' && !value.links.some((link) => link.arguments);
      return isName === true && isConstant === true && typeof value.root === 'string' && !outer.has(value.root);
    }
  }
  return false;
}

/** Who sends it; of Kysely's sql`…`.execute(db) also what it is given. */
function senders(call: SendingCall, library: string): string[] {
  const last = call.chain.links.at(-1);
  const given = library === 'kysely' && last?.name === 'execute' ? (last.arguments ?? []) : [];
  // What is written may stand for more: `const query = this.db.selectFrom('posts')`.
  const [written = ''] = /^[\w$]+/.exec(call.source) ?? [];
  return [
    rootOf(call),
    written,
    ...given.map((one) => (one.kind === 'chain' && typeof one.root === 'string' ? one.root : '')),
  ];
}

/** Libraries whose calls send at once, and give a promise. */
const sendsAtOnce =
  /^(?:pg|postgres|pg-promise|slonik|sequelize|sequelize-typescript|typeorm|@vercel\/postgres|@neondatabase\/serverless)$/;

/** Why a call cannot be put into a function that is called there; undefined where it can. */
function whyNotMoved(
  { range, facts, source, chain }: SendingCall,
  { library }: SentStatement,
  { text }: WrapContext,
): string | undefined {
  const before = text.slice(0, range.start).trimEnd();
  const after = text.slice(range.end).trimStart();
  if (facts.isGenerator && /\byield\b/.test(source)) return 'It is in a generator.';
  if (/\barguments\b/.test(source)) return 'It uses the arguments of its function.';
  if (/^(?:\.|\?\.|\[|`|\()/.test(after)) return 'More is called on what it gives.';
  if (/\bfor\s+await\b[^;]*$/.test(before)) return 'Its rows are streamed.';
  if (chain.open) return 'It is put together by several statements.';
  const isAwaited = /\bawait$/.test(before) || /\bawait\s*\($/.test(before);
  if (isAwaited) return undefined;
  const isAnswer = /(?:\breturn|=>)$/.test(before);
  if (isAnswer && (facts.isAsync || sendsAtOnce.test(library))) return undefined;
  if (/[[,]$/.test(before) && /\bPromise\.(?:all|allSettled)\(\s*\[[^;]*$/.test(before)) return undefined;
  return 'It is neither awaited nor returned where it stands.';
}

/** Names of parameters and variables of the functions around a place, without those of the file's top level. */
function localNames(file: FileFacts, start: number): ReadonlySet<string> {
  const names = new Set<string>();
  for (let index: number | undefined = start; index !== undefined && index > 0; index = file.functions[index]?.parent) {
    const facts = file.functions[index];
    const patterns = [...(facts?.parameters ?? []), ...(facts?.bindings ?? []).map(({ pattern }) => pattern)];
    for (const { name, bound = [] } of patterns) {
      if (name !== '') names.add(name);
      for (const one of bound) names.add(one.name);
    }
  }
  // What the module changes decides, too.
  for (const { pattern, isConstant } of file.functions[0]?.bindings ?? []) {
    if (!isConstant && pattern.name !== '' && !isOfLibrary(file, pattern.name)) names.add(pattern.name);
  }
  return names;
}

const isOfLibrary = ({ imports }: FileFacts, name: string): boolean => imports.some(({ local }) => local === name);

/** Two queries of one function are not the same: `feed`, `feed 2`. */
function freeKey(name: string, { text, taken }: WrapContext): string {
  let free = name;
  for (let number = 2; taken.has(free) || text.includes(`'${free}'`) || text.includes(`"${free}"`); number++) {
    free = `${name} ${number}`;
  }
  taken.add(free);
  return free;
}

function nameAround(file: FileFacts, start: number): string {
  for (let index: number | undefined = start; index !== undefined && index > 0; index = file.functions[index]?.parent) {
    const name = file.functions[index]?.name;
    if (name) return name.replaceAll("'", '');
  }
  return 'query';
}
