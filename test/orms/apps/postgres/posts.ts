import sql from './db';

export async function unsafeText() {
  return sql.unsafe('select id, title from posts where status = $1', ['draft']);
}

export async function unsafeFragment() {
  return sql`select id from posts ${sql.unsafe('order by created_at desc')} limit 3`;
}

export async function inBatches() {
  for await (const rows of sql`select * from posts where status = ${'draft'}`.cursor(10)) {
    if (rows.length === 0) break;
  }
}

export async function forEach() {
  await sql`select id from posts`.forEach(() => {});
}

export async function values() {
  return sql`select id, title from posts where author_id = ${1}`.values();
}

export async function simple() {
  return sql`select 1 as id`.simple();
}

export async function withCte(days: number) {
  return sql`
    with recent as (
      select * from posts where created_at > now() - ${days} * interval '1 day'
    )
    select r.id, count(c.id) as comments
    from recent r left join comments c on c.post_id = r.id
    group by r.id
  `;
}

export async function nestedFragments(authorId: number, status: string) {
  const where = sql`where author_id = ${authorId} and ${sql`status = ${status}`}`;
  return sql`select id from posts ${where} order by id`;
}

export async function orderedBy(newestFirst: boolean) {
  return sql`select id from posts order by created_at ${newestFirst ? sql`desc` : sql`asc`}`;
}

export async function upsert(slug: string, title: string) {
  return sql`
    insert into posts (slug, title) values (${slug}, ${title})
    on conflict (slug) do update set title = excluded.title
    returning id
  `;
}

export async function bulkUnnest(ids: number[], tags: string[]) {
  return sql`insert into posts_tags (post_id, tag) select * from unnest(${ids}::int[], ${tags}::text[])`;
}

export async function rowsOfValues() {
  const rows = [
    [1, 'a'],
    [2, 'b'],
  ];
  return sql`update posts set title = v.title from (values ${sql(rows)}) as v (id, title) where posts.id = v.id::int`;
}

export async function json(meta: { color: string }) {
  return sql`update posts set meta = ${sql.json(meta)} where id = ${1}`;
}

export async function arrays(tags: string[]) {
  return sql`select id from posts where tags && ${sql.array(tags)}`;
}

export async function existsComment(postId: number) {
  const [row] = await sql`select exists (select 1 from comments where post_id = ${postId})`;
  return row;
}

export async function twoAtOnce() {
  const [posts, comments] = await Promise.all([sql`select id from posts limit 1`, sql`select id from comments limit 1`]);
  return { posts, comments };
}

export async function pipelined() {
  return sql.begin((tx) => [tx`select id from posts for update`, tx`update posts set title = 'x'`]);
}

export async function lateral() {
  return sql`
    select u.id, p.title
    from users u
    left join lateral (select title from posts where author_id = u.id order by id desc limit 1) p on true
  `;
}

export async function keyset(after: number | null) {
  return sql`select id from posts where ${after === null ? sql`true` : sql`id > ${after}`} order by id limit 10`;
}

export async function between(from: Date, to: Date) {
  return sql`select count(*) from posts where created_at between ${from} and ${to}`;
}

export async function readOnly() {
  return sql.begin('read only', async (tx) => tx`select title from posts where id = ${1}`);
}
