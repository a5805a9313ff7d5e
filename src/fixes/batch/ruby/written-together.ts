import { lastName } from '../../../code/calls/function-names';
import type { Repetition } from '../../../code/calls/repetition';
import { pluralize, underscore } from '../../../code/facts/ruby/inflections';
import type { Link, ObjectValue } from '../../../code/facts/values';
import type { Model } from '../../../code/models/model';
import type { EditFix } from '../../../nouns/fix';
import { freeName } from '../names';
import type { RubyLoop } from './ruby-loop';

interface Write {
  readonly repetition: Repetition;
  readonly text: RubyLoop;
  readonly link: Link;
  readonly model: Model;
}

/**
 * A loop that only writes: `tags.each { |tag| Tag.create(name: tag) }` → `insert_all!`, `post.update_columns(views: 0)` on each
 * row of a query → `update_all`, `post.delete` → `delete_all`. Undefined where a model does something when its rows are
 * written: these statements run no callbacks and no validations.
 */
export function writtenTogether(repetition: Repetition, text: RubyLoop): EditFix | undefined {
  const { inner } = repetition;
  const { source, body, method, row } = text;
  const { chain, orm } = inner;
  const model = orm?.model;
  const link = chain?.links[0];
  if (!chain || !model || !link || chain.links.length !== 1 || !/^(?:each|find_each)$/.test(method)) return undefined;
  const call = source.slice(chain.rootRange.start, Math.max(link.range.end, link.argumentsRange?.end ?? 0));
  if (source.slice(body.start, body.end).trim() !== call || model.columns.length === 0) return undefined;
  // What the loop gives is of no use to anybody.
  const line = source.lastIndexOf('\n', text.whole.start - 1) + 1;
  const isAlone =
    source.slice(line, text.whole.start).trim() === '' &&
    /^[ \t]*(?:#.*)?(?:\r?\n|$)/.test(source.slice(text.whole.end));
  if (!isAlone || isGiven(repetition, text)) return undefined;
  const write = { repetition, text, link, model };
  const isOfRow = chain.root === row;
  return isOfRow ? ofRows(write) : chain.root === model.name ? created(write) : undefined;
}

/** It ends the method, and callers may take what it gives; nobody does of a job, a migration, or an action. */
function isGiven({ loop }: Repetition, { whole }: RubyLoop): boolean {
  const facts = loop.at.file.functions[loop.at.function];
  const isLast = facts?.returns.some(({ range }) => range.start === whole.start) ?? false;
  return (
    isLast &&
    !/^perform$|^up$|^down$|^change$/.test(lastName(facts?.name ?? '')) &&
    !/Controller$/.test(facts?.class ?? '')
  );
}

function created({ repetition, text, link, model }: Write): EditFix | undefined {
  const [given, ...more] = link.arguments ?? [];
  const { source, list, row, whole, indent } = text;
  // `find_each` is no list: its rows come in batches.
  if (text.method !== 'each' || !/^create!?$/.test(link.name)) return undefined;
  if (given?.kind !== 'object' || more.length > 0 || hasHooks(model)) return undefined;
  // Rails says in `type` of which class a row is.
  if (!isOfColumns(given, model) || model.columns.some(({ column }) => column === 'type')) return undefined;
  const written = source.slice(given.range.start, given.range.end).replace(/^\{\s*|\s*\}$/g, '');
  const stamps = ['created_at', 'updated_at'].filter(
    (name) => model.columns.some(({ column }) => column === name) && !given.entries.some(({ key }) => key === name),
  );
  const now = freeName(text.scope, 'now');
  const rows = freeName(text.scope, pluralize(underscore(model.name.replace(/.*::/, ''))));
  const pairs = [written, ...stamps.map((name) => `${name}: ${now}`)].join(', ');
  const over = text.query ?? list;
  const lines = [
    ...(stamps.length > 0 ? [`${now} = Time.current`] : []),
    `${rows} = ${over}.map { |${row}| { ${pairs} } }`,
    `${model.name}.insert_all!(${rows}) if ${rows}.any?`,
  ];
  return {
    kind: 'edit',
    title: `Write the rows for all of ${over} with one statement`,
    edits: [
      {
        uri: repetition.inner.uri,
        range: whole,
        newText: lines.join(`${source.includes('\r\n') ? '\r\n' : '\n'}${indent}`),
      },
    ],
    note: `One statement writes all rows or none. It runs no callbacks or validations; Planlight saw none in ${model.name}.`,
  };
}

/** The rows of a query, each written alike: the query writes them. */
function ofRows({ repetition, text, link, model }: Write): EditFix | undefined {
  const { source, whole, row, query } = text;
  const asked = repetition.loop.over?.query?.sql[0] ?? '';
  // `find_each` asks for one batch after the other, by the key.
  const sql = text.method === 'find_each' ? asked.replace(/ ORDER BY "\w+"\."\w+" ASC LIMIT \$\d+$/, '') : asked;
  const isPlain =
    /^SELECT "(\w+)"\.\* FROM "\1"(?: WHERE .*)?$/s.test(sql) && !/ (?:JOIN|ORDER BY|LIMIT|GROUP BY|OFFSET) /.test(sql);
  if (query === undefined || !isPlain || repetition.isConditional) return undefined;
  const [given, ...more] = link.arguments ?? [];
  const asks = statement();
  if (asks === undefined) return undefined;
  return {
    kind: 'edit',
    title: `Write the rows of ${query} with one statement`,
    edits: [{ uri: repetition.inner.uri, range: whole, newText: `${query.replace(/\.to_a$/, '')}.${asks}` }],
    note: /columns?$|^delete$/.test(link.name)
      ? undefined
      : `It runs no callbacks or validations; Planlight saw none in ${model.name}.`,
  };

  function statement(): string | undefined {
    if (link.name === 'delete' && !given) return 'delete_all';
    if (/^destroy!?$/.test(link.name) && !given) return hasHooks(model) ? undefined : 'delete_all';
    if (given?.kind !== 'object' || more.length > 0 || !isOfColumns(given, model)) return undefined;
    const values = source.slice(given.range.start, given.range.end);
    const isAlike = given.entries.every(({ value }) => value.kind === 'literal');
    if (!isAlike || new RegExp(`\\b${row}\\b`).test(values)) return undefined;
    if (link.name === 'update_columns') return `update_all(${values})`;
    const columns = new Set(model.columns.map(({ column }) => column));
    if (!/^update!?$/.test(link.name) || hasHooks(model) || columns.has('lock_version')) return undefined;
    if (!columns.has('updated_at')) return `update_all(${values})`;
    // Rails writes nothing to a row that has the value already.
    const [only, ...others] = given.entries;
    if (!only || others.length > 0 || typeof only.key !== 'string') return undefined;
    const value = source.slice(only.value.range.start, only.value.range.end);
    return `where('${only.key} IS DISTINCT FROM ?', ${value}).update_all(${values}, updated_at: Time.current)`;
  }
}

function hasHooks({ hooks }: Model): boolean {
  return (hooks?.length ?? 0) > 0;
}

function isOfColumns({ entries, open }: ObjectValue, { columns }: Model): boolean {
  return !open && entries.length > 0 && entries.every(({ key }) => columns.some(({ column }) => column === key));
}
