import type { Repetition } from '../../../code/calls/repetition';
import { singularize } from '../../../code/facts/ruby/inflections';
import type { EditFix } from '../../../nouns/fix';
import { freeName } from '../names';
import { changes, editsOf, type RubyLoop } from './ruby-loop';

const asked = /^SELECT (COUNT\(\*\)|1 AS one) FROM "(\w+)" WHERE "\2"\."(\w+)" = \$1(?: LIMIT \$2)?$/;

/**
 * `post.comments.count` for each post → `comment_counts = Comment.where(post_id: posts.map(&:id)).group(:post_id).count`
 * before the loop; `any?` and its like ask a set of keys.
 */
export function countsByKey({ inner, loop }: Repetition, text: RubyLoop): EditFix | undefined {
  const { chain, orm, nameStart } = inner;
  const [, what, table = '', key = ''] = asked.exec(inner.sql[0] ?? '') ?? [];
  const model = orm?.model?.name;
  if (!chain || what === undefined || model === undefined) return undefined;
  const index = chain.links.findIndex(({ range }) => range.start === (nameStart ?? orm?.nameRange.start));
  const link = chain.links[index];
  if (!link) return undefined;
  const { source, row, list } = text;
  const isBare = source[link.range.end] !== '(';
  const end = isBare ? link.range.end : (link.argumentsRange?.end ?? link.range.end);
  const range = { start: chain.rootRange.start, end };
  const call = source.slice(range.start, end).replace(/\(\)$/, '');
  const own = keyOf(call, link.name);
  if (own === undefined || changes(text, range)) return undefined;
  const one = singularize(table);
  const query = `${model}.where(${key}: ${list}.map(&:${own}))`;
  const isCount = what.startsWith('COUNT');
  const name = freeName(text.scope, isCount ? `${one}_counts` : `${row}_ids_with_${table}`);
  const answers: Readonly<Record<string, string>> = {
    count: `${name}.fetch(${row}.${own}, 0)`,
    size: `${name}.fetch(${row}.${own}, 0)`,
    any: `${name}.include?(${row}.${own})`,
    exists: `${name}.include?(${row}.${own})`,
    empty: `${name}.exclude?(${row}.${own})`,
    none: `${name}.exclude?(${row}.${own})`,
  };
  const newText = answers[link.name.replace('?', '')];
  if (newText === undefined || isCount !== /^(?:count|size)$/.test(link.name)) return undefined;
  const line = isCount ? `${query}.group(:${key}).count` : `${query}.distinct.pluck(:${key}).to_set`;
  return {
    kind: 'edit',
    title: isCount
      ? `Count for all of ${list} with one query before the loop (GROUP BY)`
      : `Ask for all of ${list} with one query before the loop`,
    edits: editsOf(text, inner.uri, [`${name} = ${line}`], [{ range, newText }]),
  };

  /** `post.comments.count` by the association, `Comment.where(post_id: post.id).count` by what is written. */
  function keyOf(said: string, method: string): string | undefined {
    const association = loop.over?.model?.associations.find(
      (candidate) => said === `${row}.${candidate.name}.${method}` && candidate.kind === 'hasMany',
    );
    if (association) {
      const isPlain = !association.through && !association.details?.typeColumn && association.foreignKey[0] === key;
      return isPlain && association.target === model ? association.referenced[0] : undefined;
    }
    const written = new RegExp(`^${model}\\.where\\(${key}: ${row}\\.(\\w+)\\)\\.${method.replace('?', '\\?')}$`).exec(
      said,
    );
    const property = written?.[1];
    return loop.over?.model?.columns.some(({ column }) => column === property) ? property : undefined;
  }
}
