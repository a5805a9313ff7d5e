import { entryOf, isObject, stringOf } from '../../code/facts/value-access';
import { isReplicaName } from '../../code/pools/connects-to';
import type { ReplicaClient } from '../../code/replicas/replica-use';
import { folderOf, normalized } from '../../code/resolve/paths';
import type { DocumentEdit } from '../../nouns/fix';
import { quoted } from '../object-edit';
import type { ClientContext } from './client';
import { valueEnd } from './copy-for-replica';

/**
 * A second entry of DATABASES and a router: https://docs.djangoproject.com/en/stable/topics/db/multi-db/. Tests use the first
 * one for both (MIRROR): https://docs.djangoproject.com/en/stable/topics/testing/advanced/#topics-testing-primaryreplica
 */
export function djangoClient({ program, file, text, divisions }: ClientContext): ReplicaClient[] {
  if (divisions.some(({ library }) => library === 'django')) return [];
  const bindings = file.functions[0]?.bindings ?? [];
  const databases = bindings.findLast(({ pattern }) => pattern.name === 'DATABASES')?.value;
  const routers = bindings.findLast(({ pattern }) => pattern.name === 'DATABASE_ROUTERS')?.value;
  const own = entryOf(databases, 'default');
  if (!isObject(databases) || !own || !isObject(own.value) || routers) return [];
  const engine = stringOf(entryOf(own.value, 'ENGINE')?.value) ?? '';
  const isTold = databases.entries.some(({ key }) => typeof key === 'string' && isReplicaName(key));
  const copy = copyOf(text.slice(own.value.range.start, own.value.range.end), text);
  if (!/postgres|postgis|psycopg/.test(engine) || isTold || copy === undefined) return [];
  const path = file.uri;
  const project = [...program.tracer.files.keys()].map(normalized).find((one) => /(?:^|\/)manage\.py$/.test(one));
  const folder = folderOf(normalized(path));
  const root = project !== undefined && folder.startsWith(folderOf(project)) ? folderOf(project) : folderOf(folder);
  const packageName = folder.slice(root.length + 1).split('/')[0] ?? '';
  // `settings/production.py` is of the package above it.
  const routerPath = `${root}/${packageName}/routers.py`;
  // Without manage.py nobody knows where `settings/production.py` is imported from.
  const isKnown = project !== undefined || !folder.endsWith('/settings');
  if (!isKnown || packageName === '' || program.tracer.files.has(routerPath)) return [];
  const after = ({ end }: { readonly end: number }, newText: string): DocumentEdit => ({
    range: { start: end, end },
    newText,
  });
  const edits = [
    ...importOf(text),
    after(own.value.range, `,\n${indentOf(text, own.keyRange.start)}${quoted(text, 'replica')}: ${copy}`),
    after(databases.range, `\n\nDATABASE_ROUTERS = [${quoted(text, `${packageName}.routers.PrimaryReplicaRouter`)}]`),
  ];
  return [
    {
      ...{ library: 'django', path, range: own.keyRange },
      edits: edits.map((edit) => ({ path, range: edit.range, newText: edit.newText })),
      files: [{ path: program.tracer.roles.below(routerPath).replace(/^[/\\]+/, ''), content: routerText }],
    },
  ];
}

/** The dictionary with the replica's host; undefined where it has none. */
function copyOf(dictionary: string, text: string): string | undefined {
  const key = /(['"])HOST\1\s*:\s*/.exec(dictionary);
  if (!key || !dictionary.startsWith('{') || !dictionary.endsWith('}')) return undefined;
  const start = key.index + key[0].length;
  const end = valueEnd(dictionary, start);
  const value = dictionary.slice(start, end).trimEnd();
  if (value === '') return undefined;
  const read = `os.environ.get(${quoted(text, 'DATABASE_READ_HOST')}, ${value})`;
  const changed = dictionary.slice(0, start) + read + dictionary.slice(start + value.length);
  const inside = changed.slice(0, -1).trimEnd();
  const mirror = `${quoted(text, 'TEST')}: {${quoted(text, 'MIRROR')}: ${quoted(text, 'default')}}`;
  if (!inside.includes('\n')) return `${inside.replace(/,$/, '')}, ${mirror}}`;
  const indent = /\n([ \t]*)['"]/.exec(inside)?.[1] ?? '        ';
  return `${inside.replace(/,$/, '')},\n${indent}${mirror},${changed.slice(inside.length)}`;
}

function importOf(text: string): DocumentEdit[] {
  if (/^import os\b|^import .*\bos\b(?!\.)/m.test(text)) return [];
  const first = /^(?:from|import)\s/m.exec(text);
  const start = first?.index ?? 0;
  return [{ range: { start, end: start }, newText: 'import os\n' }];
}

function indentOf(text: string, place: number): string {
  return /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', place - 1) + 1))?.[0] ?? '';
}

const routerText = `from django.db import connections


class PrimaryReplicaRouter:
    """Reads go to the replica, and in a transaction to the primary, which alone sees what was written in it."""

    def db_for_read(self, model, **hints):
        return "default" if connections["default"].in_atomic_block else "replica"

    def db_for_write(self, model, **hints):
        return "default"

    def allow_relation(self, obj1, obj2, **hints):
        return True

    def allow_migrate(self, db, app_label, model_name=None, **hints):
        return db == "default"
`;
