import { entry, stringOf } from '../../facts/value-access';
import type { Link, ObjectValue, Value } from '../../facts/values';
import { StatementText } from '../support/statement-text';
import type { ModelFacts } from './models';
import { columnOf, quotedName, type Relation, relationOf, selectOf, tailOf } from './relation';
import type { Sent } from './sends';
import { listed, wordOf } from './symbols';
import type { Row, Walker } from './walker';

interface Pair {
  readonly column: string;
  readonly value: string;
}

const moreNote = 'More columns may be set at run time.';

function pairsOf(facts: ModelFacts, object: ObjectValue, text: StatementText, walker: Walker): Pair[] {
  return object.entries.flatMap(({ key, value }) => {
    if (typeof key !== 'string') return [];
    const association = facts.model.associations.find((one) => one.name === key && one.kind === 'belongsTo');
    return [{ column: association?.foreignKey[0] ?? key, value: text.parameter(walker.parameter(value)) }];
  });
}

function timestamps(
  facts: ModelFacts,
  names: readonly string[],
  text: StatementText,
  range: Link['range'],
  known: readonly Pair[],
): Pair[] {
  const columns = names.filter(
    (name) => facts.model.columns.some(({ column }) => column === name) && !known.some(({ column }) => column === name),
  );
  return columns.map((column) => ({ column, value: text.parameter({ source: 'Time.current', range }) }));
}

/** `Post.create(title: 'x')`, `post.comments.create!(body: 'x')` */
export function insertInto(relation: Relation, given: readonly Value[], walker: Walker): Sent | undefined {
  const { facts, equals, text } = relation;
  const object = given.find((value): value is ObjectValue => value.kind === 'object');
  const shared = { operation: 'insert', isMany: false, relation } as const;
  if (!object)
    return given.some(({ kind }) => kind === 'array') ? undefined : { ...shared, statements: [], notes: [moreNote] };
  const own = equals.flatMap(({ property, value }) => [
    { column: property, value: text.parameter(walker.parameter(value)) },
  ]);
  const pairs = [...own, ...pairsOf(facts, object, text, walker)];
  const all = [...pairs, ...timestamps(facts, ['created_at', 'updated_at'], text, object.range, pairs)];
  const columns = all.map(({ column }) => quotedName(column)).join(', ');
  const values = all.map(({ value }) => value).join(', ');
  const returning = facts.primaryKey === '' ? '' : ` RETURNING ${quotedName(facts.primaryKey)}`;
  const sql = `INSERT INTO ${quotedName(facts.model.table)} (${columns}) VALUES (${values})${returning}`;
  return { ...shared, statements: [text.write(sql)], notes: object.open ? [moreNote] : [] };
}

/** `insert_all([…], unique_by: :name)`, `upsert_all([…])`, `insert!({ … })` */
export function insertMany(
  relation: Relation,
  name: string,
  [first, options]: readonly Value[],
  walker: Walker,
): Sent | undefined {
  const { facts, text } = relation;
  const isUpsert = name.startsWith('upsert');
  const shared = { operation: isUpsert ? 'upsert' : 'insert', isMany: /_all/.test(name), relation } as const;
  const list = first?.kind === 'array' && !first.open ? first.elements.map(({ value }) => value) : first ? [first] : [];
  const objects = list.filter((value): value is ObjectValue => value.kind === 'object' && !value.open);
  const [row] = objects;
  const unique = entry(options, 'unique_by');
  const by = unique ? listed([unique])?.map((value) => wordOf(value) ?? '') : [facts.primaryKey];
  const isKnown = by?.every((column) => facts.model.columns.some((one) => one.column === column));
  const others = options?.kind === 'object' ? options.entries.filter(({ key }) => key !== 'unique_by') : [];
  if (!row || objects.length < list.length || !isKnown || others.length > 0)
    return { ...shared, statements: [], notes: ['The rows are known at run time only.'] };
  const columns = pairsOf(facts, row, new StatementText(), walker).map(({ column }) => column);
  const values = objects.map(
    (one) =>
      `(${pairsOf(facts, one, text, walker)
        .map(({ value }) => value)
        .join(', ')})`,
  );
  const target = `(${(by ?? []).map(quotedName).join(', ')})`;
  const set = columns
    .filter((column) => !by?.includes(column))
    .map((column) => `${quotedName(column)}=excluded.${quotedName(column)}`);
  const conflict = isUpsert
    ? ` ON CONFLICT ${target} DO ${set.length === 0 ? 'NOTHING' : `UPDATE SET ${set.join(', ')}`}`
    : name.endsWith('!')
      ? ''
      : ` ON CONFLICT ${unique ? target : ''} DO NOTHING`;
  const sql = `INSERT INTO ${quotedName(facts.model.table)} (${columns.map(quotedName).join(', ')}) VALUES ${values.join(', ')}${conflict} RETURNING ${quotedName(facts.primaryKey)}`;
  return { ...shared, statements: [text.write(sql)] };
}

/** `Post.increment_counter(:views, 1)` */
export function countedUp(
  relation: Relation,
  name: string,
  [column, id]: readonly Value[],
  walker: Walker,
  key: string,
): Sent | undefined {
  const word = wordOf(column);
  if (word === undefined || !column || !id) return undefined;
  const { facts, text } = relation;
  const by = text.parameter({ source: '1', constant: 1, range: column.range });
  const set = raised(word, name.startsWith('de') ? '-' : '+', by);
  const sql = `UPDATE ${quotedName(facts.model.table)} SET ${set} WHERE ${key} = ${text.parameter(walker.parameter(id))}`;
  return { operation: 'update', isMany: false, relation, statements: [text.write(sql)] };
}

function raised(column: string, sign: '+' | '-', by: string): string {
  return `${quotedName(column)} = COALESCE(${quotedName(column)}, 0) ${sign} ${by}`;
}

/** `update_all(state: 1)`, `delete_all`, `destroy_all` */
export function changeAll(
  relation: Relation,
  name: string,
  given: readonly Value[],
  walker: Walker,
  key: string,
): Sent | undefined {
  const { facts, text } = relation;
  const table = quotedName(facts.model.table);
  const isPlain = relation.joins.length === 0 && relation.limit === undefined && relation.offset === undefined;
  const plain = { ...relation, orders: [], loads: [] };
  const tail = isPlain ? tailOf(plain) : `WHERE ${key} IN (${selectOf({ ...relation, loads: [] }, key)})`;
  if (name === 'delete_all')
    return {
      operation: 'delete',
      isMany: true,
      relation,
      statements: [text.write(`DELETE FROM ${table} ${tail}`.trim())],
    };
  if (name === 'destroy_all') {
    const each = new StatementText();
    const id = each.parameter({
      source: `${facts.primaryKey} of ${facts.model.table}`,
      range: given[0]?.range ?? facts.model.range,
    });
    const statements = [
      text.write(selectOf(relation)),
      { ...each.write(`DELETE FROM ${table} WHERE ${key} = ${id}`), isFollowUp: true as const },
    ];
    return {
      operation: 'delete',
      isMany: true,
      relation,
      statements,
      notes: ['One DELETE for each row, and what its callbacks send.'],
    };
  }
  const [first] = given;
  const shared = { operation: 'update', isMany: true, relation } as const;
  const set = stringOf(first);
  if (first?.kind === 'object' && !first.open) {
    // The values stand before the conditions, and their parameters with them.
    const pairs = pairsOf(facts, first, text, walker).map(({ column, value }) => `${quotedName(column)} = ${value}`);
    return { ...shared, statements: [text.write(`UPDATE ${table} SET ${pairs.join(', ')} ${tail}`.trim())] };
  }
  if (set !== undefined) return { ...shared, statements: [text.write(`UPDATE ${table} SET ${set} ${tail}`.trim())] };
  return { ...shared, statements: [], notes: ['What is set is known at run time only.'] };
}

/** What a row's own methods send: `post.update!(title: 'x')`, `post.destroy`. */
export function sentByRow(row: Row, link: Link, walker: Walker): Sent | undefined {
  const { facts, name: source } = row;
  const relation = relationOf(facts);
  const { text } = relation;
  const { arguments: given = [], range, name } = link;
  const table = quotedName(facts.model.table);
  const key = facts.primaryKey;
  const equals = [{ property: key, value: rowKey(source, key, range) }];
  const of: Relation = { ...relation, equals };
  const id = () => `${columnOf(facts, key)} = ${text.parameter({ source: `${source}.${key}`, range })}`;
  switch (name.replace(/!$/, '')) {
    case 'update':
    case 'update_attributes':
    case 'update_columns':
    case 'update_column':
    case 'update_attribute': {
      const [first, second] = given;
      const word = stringOf(first)?.replace(/^:/, '');
      const entries =
        word !== undefined && second && first ? [{ key: word, keyRange: first.range, value: second }] : undefined;
      const object: ObjectValue | undefined = entries
        ? { kind: 'object', entries, range }
        : given.find((value): value is ObjectValue => value.kind === 'object');
      if (!object) return { operation: 'update', isMany: false, relation: of, statements: [], notes: [moreNote] };
      const pairs = pairsOf(facts, object, text, walker);
      const touched = /column/.test(name) ? [] : timestamps(facts, ['updated_at'], text, range, pairs);
      const set = [...pairs, ...touched].map(({ column, value }) => `${quotedName(column)} = ${value}`).join(', ');
      const statements = set === '' ? [] : [text.write(`UPDATE ${table} SET ${set} WHERE ${id()}`)];
      return { operation: 'update', isMany: false, relation: of, statements, notes: object.open ? [moreNote] : [] };
    }
    case 'touch': {
      const columns = ['updated_at', ...given.flatMap((value) => wordOf(value) ?? [])];
      return stamped(timestamps(facts, columns, text, range, []));
    }
    case 'increment':
    case 'decrement': {
      const column = wordOf(given[0]);
      if (!name.endsWith('!') || column === undefined) return undefined;
      const by = given[1] ? walker.parameter(given[1]) : { source: '1', constant: 1, range };
      const set = raised(column, name.startsWith('de') ? '-' : '+', text.parameter(by));
      const sql = `UPDATE ${table} SET ${set} WHERE ${id()}`;
      return { operation: 'update', isMany: false, relation: of, statements: [text.write(sql)] };
    }
    case 'save':
    case 'toggle':
      if (!/^save!?$/.test(name) && !name.endsWith('!')) return undefined;
      return {
        operation: 'update',
        isMany: false,
        relation: of,
        statements: [],
        notes: ['What has changed is known at run time only.'],
      };
    case 'destroy':
    case 'delete': {
      const notes =
        name.startsWith('destroy') && (facts.model.hooks?.length ?? 0) > 0
          ? ['What its callbacks and dependent: send is not included.']
          : [];
      return {
        operation: 'delete',
        isMany: false,
        relation: of,
        statements: [text.write(`DELETE FROM ${table} WHERE ${id()}`)],
        notes,
      };
    }
    case 'reload': {
      const found = { ...of, conditions: [id()], limit: text.parameter({ source: '1', constant: 1, range }) };
      return { operation: 'find one', isMany: false, relation: found, statements: [text.write(selectOf(found))] };
    }
    default: {
      // `enum kind: { like: 0 }` gives `reaction.like!`
      const value = name.endsWith('!') ? facts.enums.get(name.slice(0, -1)) : undefined;
      if (!value) return undefined;
      const own = [{ column: value.column, value: text.parameter(walker.parameter(value.value)) }];
      return stamped([...own, ...timestamps(facts, ['updated_at'], text, range, own)]);
    }
  }

  function stamped(pairs: readonly Pair[]): Sent {
    const set = pairs.map(({ column, value }) => `${quotedName(column)} = ${value}`).join(', ');
    const statements = set === '' ? [] : [text.write(`UPDATE ${table} SET ${set} WHERE ${id()}`)];
    return { operation: 'update', isMany: false, relation: of, statements };
  }
}

function rowKey(row: string, key: string, range: Link['range']): Value {
  return { kind: 'chain', root: row, rootRange: range, links: [{ name: key, range }], range };
}
