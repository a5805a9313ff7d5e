import { type CommonQueryMethods, createSqlTag, sql } from 'slonik';
import { z } from 'zod';

const userObject = z.object({ id: z.number(), email: z.string() });
const countObject = z.object({ count: z.any() });

const typed = createSqlTag({ typeAliases: { id: z.object({ id: z.number() }), void: z.object({}).strict() } });

export class UserQueries {
  constructor(private readonly pool: CommonQueryMethods) {}

  find(id: number) {
    return this.pool.maybeOne(sql.type(userObject)`SELECT id, email FROM users WHERE id = ${id}`);
  }

  async byEmail(email: string) {
    return this.pool.any(sql.type(userObject)`
      SELECT id, email
      FROM users
      WHERE lower(email) = lower(${email})
    `);
  }

  count() {
    return this.pool.any(sql.type(countObject)`SELECT count(*) FROM users`);
  }

  async ids() {
    return this.pool.any(typed.typeAlias('id')`SELECT id FROM users ORDER BY id`);
  }

  async insert(email: string) {
    return this.pool.any(typed.typeAlias('id')`INSERT INTO users (email) VALUES (${email}) RETURNING id`);
  }

  async rename(id: number, name: string) {
    await this.pool.query(sql.unsafe`UPDATE users SET first_name = ${name} WHERE id = ${id}`);
  }

  async remove(id: number) {
    await this.pool.query(typed.typeAlias('void')`DELETE FROM users WHERE id = ${id}`);
  }

  async inList(ids: number[]) {
    return this.pool.any(sql.unsafe`SELECT * FROM users WHERE id IN (${sql.join(ids, sql.fragment`, `)})`);
  }

  async anyOf(ids: number[]) {
    return this.pool.any(sql.unsafe`SELECT * FROM users WHERE id = ANY(${sql.array(ids, 'int4')})`);
  }

  async exists(email: string) {
    return this.pool.exists(sql.unsafe`SELECT 1 FROM users WHERE email = ${email}`);
  }

  async page(limit: number, offset: number) {
    return this.pool.any(sql.unsafe`SELECT id FROM users ORDER BY created_at DESC LIMIT ${limit} OFFSET ${offset}`);
  }
}

export async function register(pool: CommonQueryMethods, email: string) {
  return pool.transaction(async (tx) => {
    const rows = await tx.any(sql.unsafe`INSERT INTO users (email) VALUES (${email}) RETURNING id`);
    await tx.query(sql.unsafe`INSERT INTO profiles (user_id) VALUES (${rows[0].id})`);
    return rows[0];
  });
}

export const insertMany = (pool: CommonQueryMethods, rows: [string, string][]) =>
  pool.query(sql.unsafe`
    INSERT INTO users (email, first_name)
    SELECT *
    FROM ${sql.unnest(rows, ['text', 'text'])}
  `);

export function search(pool: CommonQueryMethods, term: string, role?: string) {
  const roleCondition = role ? sql.fragment`AND role = ${role}` : sql.fragment``;
  return pool.any(sql.unsafe`SELECT id FROM users WHERE email ILIKE ${`%${term}%`} ${roleCondition}`);
}
