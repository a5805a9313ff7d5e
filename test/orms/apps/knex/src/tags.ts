import type { Knex } from 'knex';
import { db } from './db';

interface Tag {
  id: number;
  name: string;
}

export class TagsService {
  constructor(private readonly knex: Knex) {}

  async byName(name: string) {
    const tags = await this.knex<Tag>('tags').where('name', name).limit(1);
    return tags[0];
  }

  async ensure(names: string[]) {
    await this.knex<Tag>('tags')
      .insert(names.map((name) => ({ name, slug: name.toLowerCase() })))
      .onConflict('name')
      .ignore();
  }

  async importAll(source: { tag: string; weight?: number }[]) {
    const rows: { name: string; weight: number }[] = [];
    source.forEach((each) => {
      rows.push({ name: each.tag, weight: each.weight ?? 1 });
    });
    await this.knex('tags').insert(rows);
  }

  async rename(id: number, changes: { name: string }) {
    const defaults = { updated_by: 'system' };
    return this.knex('tags')
      .where({ id })
      .update({ ...defaults, name: changes.name }, ['id']);
  }
}

function visible(query: Knex.QueryBuilder) {
  return query.whereNull('hidden_at').andWhere('weight', '>', 0);
}

function byWeight(query: Knex.QueryBuilder, direction: 'asc' | 'desc' = 'desc') {
  return query.orderBy('weight', 'desc').orderBy('name');
}

export async function listVisible() {
  let query = db('tags').select('id', 'name');
  query = visible(query);
  return await byWeight(query);
}

function addSearch(query: Knex.QueryBuilder, term: string) {
  query.whereILike('name', `%${term}%`);
}

export async function search(term: string) {
  const query = db('tags').select('*');
  addSearch(query, term);
  return query;
}

export async function aboveAverage() {
  return db('tags').where('weight', '>', db('tags').avg('weight')).orWhere('weight', '=', (qb) => qb.max('weight').from('tags'));
}

export async function joinedRaw() {
  return db('tags')
    .join(db.raw('posts_tags as pt'), 'pt.tag_id', 'tags.id')
    .leftJoin('synonyms as s', db.raw('lower(??) = lower(??)', ['s.name', 'tags.name']))
    .join('posts', (join) => {
      join.on('posts.id', '=', 'pt.post_id').andOn(db.raw('posts.views > 3')).orOnNull('posts.id');
    })
    .select('tags.*');
}

export async function orderedRaw() {
  return db('tags')
    .select(db.raw('?? as label', ['name']), { size: 'weight' })
    .groupBy(db.raw('1'), 'weight')
    .having('weight', '>', 3)
    .orderBy(db.raw('lower(??)', ['name']), 'desc')
    .orderBy([{ column: db.raw('random()') }]);
}

export async function negations() {
  return db('tags')
    .whereNot('weight', 'in', [1, 2])
    .whereNot({ name: 'a', slug: 'b' })
    .orWhereNot('weight', '>', 3)
    .andWhereNot('name', 'like', 'x%')
    .orWhere((qb) => qb.whereNotNull('slug').orWhereNull('name'))
    .orWhereNotIn('id', [4])
    .orWhereNotBetween('weight', [1, 2]);
}

export async function flags() {
  return db('tags').where('a', 1).or.where('b', 2).not.where('c', 3).and.where('d', 4).where(true);
}

export async function empty() {
  return db('tags').whereIn('id', []).orWhereNotIn('id', []);
}

export async function firstOf() {
  return db('tags').first(['id', 'name']);
}

export async function series(size: number) {
  return db.select('n').from(db.raw('generate_series(1, ?) as n', [size])).orderBy('n');
}

export async function fromRaw() {
  return db.queryBuilder().select('*').fromRaw('(select 1 as one) as x').where('one', 1);
}

export async function nestedFrom() {
  return db
    .select('name')
    .from((qb) => {
      qb.from('tags').select('name', 'weight').where('weight', '>', 2).as('heavy');
    })
    .orderBy('weight');
}

export async function withUpdate() {
  return db('tags')
    .with('used', db('posts_tags').distinct('tag_id'))
    .update({ used: true, weight: db('posts_tags').count('*').whereColumn('posts_tags.tag_id', 'tags.id') })
    .whereIn('id', db('used').select('tag_id'));
}

export async function recursiveColumns() {
  return db
    .withRecursive('chain', ['id', 'depth'], (qb) => {
      qb.select('id', db.raw('0'))
        .from('tags')
        .whereNull('parent_id')
        .union([db('tags').join('chain', 'chain.id', 'tags.parent_id').select('tags.id', db.raw('chain.depth + 1'))]);
    })
    .select()
    .from('chain')
    .where('depth', '<', 5);
}

export async function notMaterialized() {
  return db.withNotMaterialized('t', db('tags').where('id', 1)).from('t');
}

export async function orderedUnion() {
  return db('tags').select('name').unionAll([db('labels').select('name'), db('topics').select('name')], true).orderBy('name').limit(3);
}

export async function jsonNumbers() {
  return db('tags').whereJsonPath('meta', '$.size', '>', 3).orWhereJsonPath('meta', '$.ratio', '<', 0.5).whereNotJsonObject('meta', { a: 1 }).whereJsonNotSupersetOf('meta', '{"a":1}');
}

export async function touched(id: number) {
  return db('tags').where({ id }).increment('weight', 5).update({ touched_at: db.fn.now(6) }).returning(['id', 'weight as w']);
}

export async function lockedOf() {
  return db.transaction((trx) => trx('tags').join('posts_tags', 'posts_tags.tag_id', 'tags.id').forUpdate('tags').where('tags.id', 1));
}

export async function analytic() {
  return db('tags').select('name').rowNumber('n', (w) => w.partitionBy('slug').orderBy('weight', 'desc')).rank('r', db.raw('order by weight')).where('weight', '>', 0);
}

export async function havingGroup() {
  return db('tags')
    .select('slug')
    .sum({ total: 'weight', again: 'weight' })
    .groupBy('slug')
    .having((qb) => qb.having(db.raw('sum(weight)'), '>', 3).orHaving(db.raw('count(*)'), '<', 2))
    .orHavingNull('slug')
    .havingNotBetween('slug', ['a', 'b']);
}

export async function existing(name: string) {
  const row = await db('tags').select(db.raw('1')).where({ name }).first();
  return row !== undefined;
}

export async function sequence(ids: number[]) {
  const results = [];
  for (const id of ids) {
    results.push(await db('tags').where('id', id).first('name'));
  }
  return results;
}

export async function parallel(ids: number[]) {
  return Promise.all(ids.map((id) => db('posts_tags').where('tag_id', id).count('* as n')));
}

export async function deleteJoined() {
  return db('posts_tags').join('tags', 'tags.id', 'posts_tags.tag_id').where('tags.weight', 0).del();
}

export async function mergeWhere(name: string) {
  return db('tags')
    .insert([{ name, weight: 1 }])
    .onConflict(db.raw('(name) where hidden_at is null'))
    .merge({ weight: db.ref('tags.weight'), name: db.raw('excluded.name') })
    .returning('*');
}
