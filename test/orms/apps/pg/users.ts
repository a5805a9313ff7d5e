import type { Pool, PoolClient } from 'pg';
import { query, queryOne } from './db';

interface User {
  id: number;
  email: string;
}

const COLUMNS = 'id, email, first_name, last_name, created_at';

const FIND_BY_EMAIL = `
  SELECT ${COLUMNS}
  FROM users
  WHERE lower(email) = lower($1)`;

export class UserRepository {
  constructor(private readonly pool: Pool) {}

  async findById(id: number): Promise<User | undefined> {
    const result = await this.pool.query<User>('SELECT * FROM users WHERE id = $1', [id]);
    return result.rows[0];
  }

  async findByEmail(email: string) {
    const { rows } = await this.pool.query(FIND_BY_EMAIL, [email]);
    return rows[0];
  }

  async findMany(ids: number[]) {
    return (await this.pool.query({ text: 'SELECT id, email FROM users WHERE id = ANY($1::int[])', values: [ids] })).rows;
  }

  async create(user: { email: string; firstName: string }) {
    const sql =
      'INSERT INTO users (email, first_name) ' +
      'VALUES ($1, $2) ' +
      'RETURNING ' +
      COLUMNS;
    return (await this.pool.query(sql, [user.email, user.firstName])).rows[0];
  }

  async search(term: string, role?: string) {
    let sql = 'SELECT id, email FROM users WHERE email ILIKE $1';
    const values: unknown[] = [`%${term}%`];
    if (role) {
      sql += ' AND role = $2';
      values.push(role);
    }
    sql += ' ORDER BY email LIMIT 20';
    return (await this.pool.query(sql, values)).rows;
  }

  async rename(id: number, name: string, client: PoolClient | Pool = this.pool) {
    await client.query({
      name: 'rename-user',
      text: 'UPDATE users SET first_name = $2, updated_at = now() WHERE id = $1',
      values: [id, name],
    });
  }

  async list(page: number, size: number, newestFirst: boolean) {
    const direction = newestFirst ? 'DESC' : 'ASC';
    return (
      await this.pool.query(
        `SELECT ${COLUMNS} FROM users WHERE deleted_at IS NULL ORDER BY created_at ${direction} LIMIT $1 OFFSET $2`,
        [size, page * size],
      )
    ).rows;
  }

  async remove(id: number) {
    const { rowCount } = await this.pool.query(/* sql */ `DELETE FROM users WHERE id = $1`, [id]);
    return rowCount === 1;
  }

  count = async () => {
    const { rows } = await this.pool.query<{ count: string }>('SELECT count(*) FROM users');
    return Number(rows[0]?.count);
  };

  exists(email: string) {
    return this.pool
      .query('SELECT EXISTS (SELECT 1 FROM users WHERE email = $1)', [email])
      .then((result) => result.rows[0]);
  }

  getWithCallback(id: number, done: (error: Error | null, user?: User) => void) {
    this.pool.query('SELECT id, email FROM users WHERE id = $1 LIMIT 1', [id], (error, result) => {
      done(error, result?.rows[0]);
    });
  }
}

export const activeUsers = () => query<User>('SELECT id, email FROM users WHERE last_login_at > now() - interval \'30 days\'');

export async function oldest() {
  return queryOne<User>('SELECT * FROM users ORDER BY created_at LIMIT 1');
}

export async function byRole(role: string) {
  return query<User>(`SELECT * FROM users WHERE role = $1 AND deleted_at IS NULL`, [role]);
}
