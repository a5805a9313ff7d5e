import type { Repetition } from '../../../code/calls/repetition';
import { pluralize, underscore } from '../../../code/facts/ruby/inflections';
import type { EditFix } from '../../../nouns/fix';
import { freeName } from '../names';
import { changes, editsOf, type RubyLoop } from './ruby-loop';

/**
 * `User.find(post.author_id)` for each post → `users_by_id = User.where(id: posts.map(&:author_id)).index_by(&:id)` before
 * the loop. What is not found is asked for as before, so that the same error is raised.
 */
export function rowsById({ inner, loop, keys }: Repetition, text: RubyLoop): EditFix | undefined {
  const [key] = keys;
  const own = key?.rowPath?.[0];
  const { chain, orm } = inner;
  const link = chain?.links[0];
  if (!chain || !link?.argumentsRange || own === undefined || keys.length !== 1 || key?.rowPath?.length !== 1)
    return undefined;
  if (link.range.start !== inner.nameStart || !/^find(?:_by!?)?$/.test(link.name) || link.arguments?.length !== 1)
    return undefined;
  const { source, row, list } = text;
  const range = { start: chain.rootRange.start, end: link.argumentsRange.end };
  const call = source.slice(range.start, range.end);
  const written = `${row}.${own}`;
  const forms = [`find(${written})`, `find_by(id: ${written})`, `find_by!(id: ${written})`];
  const model = source.slice(chain.rootRange.start, chain.rootRange.end);
  if (!/^[A-Z][\w:]*$/.test(model) || !forms.includes(call.slice(model.length + 1))) return undefined;
  if (key?.property !== 'id' || !orm?.isOnlyEquals || changes(text, range)) return undefined;
  const isSame = isInteger(orm.model, 'id') && isInteger(loop.over?.model, own);
  const map = freeName(text.scope, `${pluralize(underscore(model.split('::').at(-1) ?? model))}_by_id`);
  // A key that is nil, or a text, is none of those in the map.
  const found = link.name === 'find_by' && isSame ? `${map}[${written}]` : `${map}.fetch(${written}) { ${call} }`;
  return {
    kind: 'edit',
    title: `Find the rows for all of ${list} with one query before the loop`,
    edits: editsOf(
      text,
      inner.uri,
      [`${map} = ${model}.where(id: ${list}.map(&:${own})).index_by(&:id)`],
      [{ range, newText: found }],
    ),
  };
}

/** Rails makes its keys integers, where the schema does not say otherwise. */
function isInteger(
  model: { readonly columns: readonly { readonly column: string; readonly type?: string }[] } | undefined,
  name: string,
): boolean {
  const column = model?.columns.find((one) => one.column === name);
  return /^(?:big)?int(?:eger)?$/i.test(column?.type ?? '');
}
