import type { FileFacts } from '../../facts/facts';
import { entry, isFalse } from '../../facts/value-access';
import type { ModelColumn } from '../../models/model';
import type { Tracer } from '../../resolve/origin';
import { wordOf } from './symbols';

const types: Readonly<Record<string, string>> = {
  string: 'varchar',
  text: 'text',
  integer: 'integer',
  bigint: 'bigint',
  boolean: 'boolean',
  datetime: 'timestamp',
  timestamptz: 'timestamptz',
  date: 'date',
  decimal: 'numeric',
  float: 'double precision',
  json: 'json',
  jsonb: 'jsonb',
  uuid: 'uuid',
  references: 'bigint',
  belongs_to: 'bigint',
};

/** The columns of every table, as `create_table` in db/schema.rb says them. */
export function schemaColumns(tracer: Tracer): ReadonlyMap<string, readonly ModelColumn[]> {
  const tables = new Map<string, readonly ModelColumn[]>();
  for (const file of tracer.files.values()) {
    if (file.languageId !== 'ruby' || !/schema\.rb$/.test(file.uri)) continue;
    for (const { uses } of file.functions) {
      for (const { chain } of uses) {
        const link = chain.links.at(-1);
        const [block, table, options] = link?.name === 'create_table' ? (link.arguments ?? []) : [];
        const name = wordOf(table);
        if (block?.kind !== 'function' || name === undefined) continue;
        const id = entry(options, 'id');
        const key: ModelColumn[] = isFalse(id)
          ? []
          : [primaryKey(wordOf(entry(options, 'primary_key')) ?? 'id', wordOf(id))];
        tables.set(name, [...key, ...columnsOf(file, block.id)]);
      }
    }
  }
  return tables;
}

function primaryKey(column: string, type = 'bigint'): ModelColumn {
  return { property: column, column, type: types[type] ?? type, isPrimaryKey: true, isGenerated: true };
}

function columnsOf(file: FileFacts, id: number): ModelColumn[] {
  return (file.functions[id]?.uses ?? []).flatMap(({ chain: { links } }): ModelColumn[] => {
    const [link] = links;
    const word = wordOf(link?.arguments?.[0]);
    if (link?.name === 'timestamps')
      return ['created_at', 'updated_at'].map((column) => ({ property: column, column }));
    if (!link || word === undefined || links.length > 1 || /^(?:index|foreign_key|check_constraint)$/.test(link.name))
      return [];
    const column = /^(?:references|belongs_to)$/.test(link.name) ? `${word}_id` : word;
    const type = types[link.name];
    return [{ property: column, column, ...(type === undefined ? {} : { type }), range: link.range }];
  });
}
