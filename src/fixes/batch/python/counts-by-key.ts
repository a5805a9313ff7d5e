import type { Repetition } from '../../../code/calls/repetition';
import type { Model } from '../../../code/models/model';
import type { EditFix } from '../../../nouns/fix';
import { freeName } from '../names';
import { importEdits } from './imports';
import { editsOf, mayChange, type PythonLoop } from './python-loop';

const asked = /^SELECT (COUNT\(\*\)|1) AS "\w+" FROM "([^"]+)" WHERE "\2"\."([^"]+)" = \$1(?: LIMIT 1)?$/;

/**
 * `Comment.objects.filter(post=post).count()`, `post.comments.count()` for each post → one query that groups by the post
 * before the loop; `exists()` asks for a set of keys.
 */
export function countsByKey({ inner, loop }: Repetition, text: PythonLoop): EditFix | undefined {
  const { chain, orm } = inner;
  const rows = loop.over?.model;
  const target = orm?.model;
  const [, what, , column] = asked.exec(inner.sql[0] ?? '') ?? [];
  const end = chain?.links.at(-1)?.argumentsRange?.end;
  if (!chain || !rows || !target || what === undefined || end === undefined) return undefined;
  const { source, row, list } = text;
  const range = { start: chain.rootRange.start, end };
  const field = target.associations.find(
    ({ kind, foreignKey, target: to }) => kind === 'belongsTo' && foreignKey[0] === column && to === rows.name,
  );
  const key = rows.columns.find(({ isPrimaryKey }) => isPrimaryKey);
  if (!field || !key || field.referenced[0] !== key.column || mayChange(text, range)) return undefined;
  const said = source.slice(range.start, end);
  if (!isAskedFor(said, row, key.property, field.name, rows, target)) return undefined;
  // The model of what is counted must have a name here.
  const isNamed = loop.at.file.imports.some(({ local, name }) => local === target.name && name === target.name);
  const isOwn = loop.at.file.classes.some(({ name, within }) => name === target.name && within === 0);
  if (!isNamed && !isOwn) return undefined;
  const isCount = what.startsWith('COUNT');
  const edits = isCount ? importEdits(source, 'Count', 'django.db.models') : [];
  if (!edits) return undefined;
  const one = target.name.toLowerCase();
  const name = freeName(text.scope, isCount ? `${one}_counts` : `${row}_ids_with_${one}`);
  const query = `${target.name}.objects.filter(${field.name}__in=[${row}.pk for ${row} in ${list}])`;
  const line = isCount
    ? `dict(${query}.order_by().values_list('${field.name}').annotate(Count('pk')))`
    : `set(${query}.order_by().values_list('${field.name}', flat=True))`;
  const read = isCount ? `${name}.get(${row}.pk, 0)` : `(${row}.pk in ${name})`;
  return {
    kind: 'edit',
    title: isCount
      ? `Count for all of ${list} with one query before the loop (GROUP BY)`
      : `Ask for all of ${list} with one query before the loop`,
    edits: editsOf(text, inner.uri, [`${name} = ${line}`], [{ range, newText: read }, ...edits]),
  };
}

/** Nothing but the key is in the condition. */
function isAskedFor(said: string, row: string, key: string, field: string, rows: Model, target: Model): boolean {
  const own = `(?:${row}|${row}\\.(?:pk|${key}))`;
  const byModel = new RegExp(
    `^${target.name}\\.objects\\.filter\\((?:${field}=${own}|${field}_id=${row}\\.(?:pk|${key}))\\)\\.(?:count|exists)\\(\\)$`,
  );
  if (byModel.test(said)) return true;
  const managers = target.details?.managers;
  const [, name] = new RegExp(`^${row}\\.(\\w+)\\.(?:count|exists)\\(\\)$`).exec(said) ?? [];
  const hasMany = rows.associations.some((one) => one.name === name && one.kind === 'hasMany');
  // Another manager may leave rows out.
  return hasMany && Array.isArray(managers) && managers.length === 0;
}
