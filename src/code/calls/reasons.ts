import type { Value } from '../facts/values';
import type { Place } from '../resolve/origin';
import { chainName, chainsIn } from './chains';
import { isWithin } from './few-turns';
import type { Repeat } from './repeats';
import type { QueryPlace, Repetition } from './repetition';

/** What people write above a loop that is meant as it is. */
const meant =
  /\bhooks?\b|one (?:by|at) (?:a time|one)|sequential|individual(?:ly)?\b|on purpose|intentional|deliberate|in order\b|order matters|rate[- ]limit|each .{0,30}own transaction|avoid (?:lock|deadlock)|must (?:run|be) .{0,20}(?:each|separate)/i;

/** Why a query for each row may be meant, in the words of the code; undefined: nothing says so. */
export function reasonFor(repeat: Repeat, place: QueryPlace): Repetition['reason'] {
  const comments = [repeat.comment, commentOf(place.at)];
  const comment = comments.find((text) => text !== undefined && meant.test(text));
  if (comment) return { by: 'comment', text: comment };
  const hooks = hooksOf(place);
  if (hooks) return { by: 'hooks', text: hooks };
  const transaction = ownTransaction(repeat);
  if (transaction) return { by: 'transaction', text: transaction };
  if (/\bfor\s+(?:no\s+key\s+)?update\b/i.test(place.sql[0] ?? '')) return { by: 'locking', text: 'FOR UPDATE' };
  const before = resultOfTurnBefore(repeat, place);
  return before === undefined ? undefined : { by: 'result of the turn before', text: before };
}

function commentOf({ file, function: index }: Place): string | undefined {
  return file.functions[index]?.comment;
}

/** A model whose rows do something when they are written: `post.destroy()`, `individualHooks: true`. */
function hooksOf({ orm, call }: QueryPlace): string | undefined {
  if (!orm || !call || !/^(?:insert|update|delete|upsert)$/.test(orm.operation)) return undefined;
  const asked = orm.options?.entries.find(({ key }) => key === 'individualHooks' || key === 'hooks');
  if (asked?.value.kind === 'literal' && asked.value.value === true) return `${String(asked.key)}: true`;
  // `post.destroy()` and `Post.create()` run them, `Post.destroy({ where })` does not.
  const isOfRow = call.chain.links.length === 1 && /^[a-z]/.test(String(call.chain.root));
  const event = {
    insert: /create|save/i,
    update: /update|save/i,
    delete: /destroy|delete|remove/i,
    upsert: /upsert|save/i,
  }[String(orm.operation)];
  const runs = orm.model?.hooks?.filter((name) => event?.test(name) && !/bulk/i.test(name)) ?? [];
  return runs.length > 0 && (isOfRow || orm.operation === 'insert')
    ? `${orm.model?.name} has ${runs.join(', ')}`
    : undefined;
}

/** `for (…) { await db.transaction(async (tx) => …) }`: each turn succeeds or fails as a whole. */
function ownTransaction(repeat: Repeat): string | undefined {
  const { file } = repeat;
  const index = repeat.callback ?? repeat.function;
  const facts = file.functions[index];
  if (!facts) return undefined;
  for (const use of facts.uses) {
    if (repeat.loop !== undefined && !isWithin(facts.loops, use.loop, repeat.loop)) continue;
    const link = use.chain.links.findIndex(
      ({ name, arguments: given }) =>
        /^\$?(?:transaction|withTransaction|beginTransaction|startTransaction|tx|begin)$/.test(name) && given,
    );
    if (link >= 0) return chainName(use.chain, link + 1);
    const begins = use.chain.links.some((one) => one.arguments?.some(beginsTransaction));
    if (begins) return 'BEGIN';
  }
  return undefined;
}

/** `db.query('BEGIN')` */
function beginsTransaction(value: Value): boolean {
  return value.kind === 'literal' && /^\s*(?:begin|start\s+transaction)\b/i.test(String(value.value));
}

/** `parent = await create({ parentId: parent.id })`: a name that one turn sets for the next. */
function resultOfTurnBefore(repeat: Repeat, place: QueryPlace): string | undefined {
  const { file, loop } = repeat;
  const facts = file.functions[repeat.function];
  if (loop === undefined || !facts || place.at.file !== file || place.at.function !== repeat.function) return undefined;
  const isIn = (inner: number | undefined) => isWithin(facts.loops, inner, loop);
  const asked = place.chain ? chainsIn(place.chain).map(({ root }) => root) : [];
  const set = facts.bindings.filter((binding) => isIn(binding.loop) && !binding.isElement && !binding.isConstant);
  return set
    .filter(({ pattern, value }) => value !== undefined && pattern.name !== '' && sends(value, facts.bindings.length))
    .map(({ pattern }) => pattern.name)
    .find((name) => asked.includes(name) && facts.bindings.some((one) => one.pattern.name === name && !isIn(one.loop)));
}

function sends(value: Value, _count: number): boolean {
  return chainsIn(value).some(({ links }) => links.some((link) => link.arguments));
}
