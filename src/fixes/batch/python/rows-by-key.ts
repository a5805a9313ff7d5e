import type { Repetition } from '../../../code/calls/repetition';
import type { EditFix } from '../../../nouns/fix';
import { freeName } from '../names';
import { importEdits } from './imports';
import { snakePlural } from './names';
import { editsOf, mayChange, type PythonLoop } from './python-loop';

/**
 * `User.objects.get(pk=post.author_id)` for each post → `users_by_id = User.objects.in_bulk(…)` before the loop. What is not
 * found is asked for as before, so that the same error is raised.
 */
export function rowsInBulk({ inner, keys, loop }: Repetition, text: PythonLoop): EditFix | undefined {
  const { chain, orm } = inner;
  const own = keys.length === 1 ? keys[0]?.rowPath : undefined;
  if (!chain || own?.length !== 1 || own[0] === undefined || !orm?.isOnlyEquals || orm.loads.length > 0)
    return undefined;
  const end = chain.links.findLast((link) => link.arguments)?.argumentsRange?.end;
  if (end === undefined) return undefined;
  const { source, row, list } = text;
  const range = { start: chain.rootRange.start, end };
  const call = source.slice(range.start, end);
  const written = `${row}.${own[0]}`;
  const form = new RegExp(
    `^([A-Z]\\w*)\\.objects\\.(?:get\\((?:pk|id)=${escaped(written)}\\)|filter\\((?:pk|id)=${escaped(written)}\\)\\.(first)\\(\\))$`,
  ).exec(call);
  const [, model, first] = form ?? [];
  const key = orm.model?.columns.find(({ isPrimaryKey }) => isPrimaryKey)?.property;
  if (model === undefined || keys[0]?.property !== key || mayChange(text, range)) return undefined;
  const isForeignKey = loop.over?.model?.associations.some(
    ({ kind, target, foreignKey }) =>
      kind === 'belongsTo' && target === orm.model?.name && columnOf(own[0]) === foreignKey[0],
  );
  if (!isForeignKey) return undefined;
  const map = freeName(text.scope, `${snakePlural(model)}_by_id`);
  const found = `${map}.get(${written})`;
  return {
    kind: 'edit',
    title: `Find the rows for all of ${list} with one query before the loop (in_bulk)`,
    edits: editsOf(
      text,
      inner.uri,
      [`${map} = ${model}.objects.in_bulk([${written} for ${row} in ${list}])`],
      [{ range, newText: first ? found : operand(source, range, `${found} or ${call}`) }],
    ),
    note: `Turns with the same ${written} share one object.`,
  };

  function columnOf(property: string | undefined): string | undefined {
    return loop.over?.model?.columns.find((one) => one.property === property)?.column;
  }
}

/** `session.get(User, post.author_id)` → one select with `in_`, and a dict. */
export function rowsBySession({ inner, keys, loop }: Repetition, text: PythonLoop): EditFix | undefined {
  const { chain, orm } = inner;
  const own = keys.length === 1 ? keys[0]?.rowPath : undefined;
  const end = chain?.links.findLast((link) => link.arguments)?.argumentsRange?.end;
  if (!chain || end === undefined || own?.length !== 1 || own[0] === undefined) return undefined;
  const { source, row, list } = text;
  const range = { start: chain.rootRange.start, end };
  const written = `${row}.${own[0]}`;
  const form = new RegExp(`^([\\w.]+)\\.get\\(([A-Z]\\w*), ${escaped(written)}\\)$`).exec(
    source.slice(range.start, end),
  );
  const [, session, model] = form ?? [];
  const key = orm?.model?.columns.filter(({ isPrimaryKey }) => isPrimaryKey) ?? [];
  const [only] = key;
  const edits = importEdits(source, 'select', 'sqlalchemy');
  if (session === undefined || model === undefined || !only || key.length !== 1 || !edits) return undefined;
  // Rows come one after the other, once; and a session that is waited for is asked in another way.
  if (!isList(loop) || /\bawait\s*$/.test(source.slice(0, range.start)) || mayChange(text, range)) return undefined;
  const map = freeName(text.scope, `${snakePlural(model)}_by_id`);
  const one = freeName(text.scope, row === 'row' ? 'found' : 'row');
  const asked = `select(${model}).where(${model}.${only.property}.in_([${written} for ${row} in ${list}]))`;
  return {
    kind: 'edit',
    title: `Find the rows for all of ${list} with one query before the loop (in_)`,
    edits: editsOf(
      text,
      inner.uri,
      [`${map} = {${one}.${only.property}: ${one} for ${one} in ${session}.scalars(${asked})}`],
      [{ range, newText: `${map}.get(${written})` }, ...edits],
    ),
  };
}

/** `.all()` ends it: it can be gone over twice. */
export function isList({ over }: Repetition['loop']): boolean {
  return over?.query?.chain?.links.at(-1)?.name === 'all';
}

function escaped(text: string): string {
  return text.replace('.', '\\.');
}

/** `a or b` where more stands around it. */
function operand(
  source: string,
  { start, end }: { readonly start: number; readonly end: number },
  text: string,
): string {
  const isBegun = /(?:(?<![=!<>])=|[([,:]|\breturn)\s*$/.test(source.slice(Math.max(0, start - 40), start));
  const isEnded = /^[ \t]*(?:[\n,)\]]|$)/.test(source.slice(end));
  return isBegun && isEnded ? text : `(${text})`;
}
