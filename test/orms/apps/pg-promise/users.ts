import type { IDatabase, IMain } from 'pg-promise';
import { db, pgp, type Task } from './db';

export class UsersRepository {
  constructor(
    private readonly db: IDatabase<unknown>,
    private readonly pgp: IMain,
  ) {}

  findById(id: number) {
    return this.db.oneOrNone('SELECT * FROM users WHERE id = $1', id);
  }

  async findByEmail(email: string) {
    return this.db.oneOrNone('SELECT id, email FROM users WHERE email = $1', [email]);
  }

  add(email: string, name: string) {
    return this.db.one('INSERT INTO users(email, first_name) VALUES($1, $2) RETURNING id', [email, name], (row) => row.id);
  }

  rename(id: number, name: string) {
    return this.db.none('UPDATE users SET first_name = $<name> WHERE id = $<id>', { id, name });
  }

  remove(id: number) {
    return this.db.result('DELETE FROM users WHERE id = $1', +id, (r) => r.rowCount);
  }

  all() {
    return this.db.any('SELECT * FROM users');
  }

  total() {
    return this.db.one('SELECT count(*) FROM users', [], (a: { count: string }) => +a.count);
  }

  async search(term: string) {
    return this.db.any('SELECT id FROM users WHERE email ILIKE $/pattern/ OR first_name ILIKE $/pattern/', {
      pattern: `%${term}%`,
    });
  }

  addMany(users: { email: string; first_name: string }[]) {
    const cs = new this.pgp.helpers.ColumnSet(['email', 'first_name'], { table: 'users' });
    const query = this.pgp.helpers.insert(users, cs);
    return this.db.none(query);
  }

  async inList(ids: number[]) {
    return this.db.any('SELECT * FROM users WHERE id IN ($1:csv)', [ids]);
  }

  async inNamed(ids: number[]) {
    return this.db.manyOrNone('SELECT * FROM users WHERE id IN ($(ids:csv)) ORDER BY id', { ids });
  }

  async register(email: string) {
    return this.db.tx('register', async (t) => {
      const user = await t.one('INSERT INTO users(email) VALUES($1) RETURNING id', [email]);
      await t.none('INSERT INTO profiles(user_id) VALUES($1)', [user.id]);
      return user;
    });
  }

  overview(id: number) {
    return this.db.task(async (t: Task) => {
      const user = await t.one('SELECT * FROM users WHERE id = $1', id);
      const posts = await t.any('SELECT id, title FROM posts WHERE author_id = $1 ORDER BY id', user.id);
      return { user, posts };
    });
  }
}

export function batched() {
  return db.task((t) => t.batch([t.any('SELECT id FROM users'), t.any('SELECT id FROM posts')]));
}

export async function saveSettings(id: number, settings: object) {
  return db.none('UPDATE users SET settings = ${settings:json} WHERE id = ${id}', { id, settings });
}

export async function formatted(id: number) {
  const query = pgp.as.format('SELECT * FROM users WHERE id = $1', [id]);
  return db.any(query);
}

export async function insertOne(email: string) {
  return db.none(pgp.helpers.insert({ email, role: 'reader' }, null, 'users'));
}

export async function insertReturning(email: string) {
  const insert = pgp.helpers.insert({ email, role: 'reader' }, ['email', 'role'], 'users') + ' RETURNING id';
  return db.one(insert);
}

export async function updateOne(id: number, email: string) {
  const condition = pgp.as.format(' WHERE id = $1', id);
  return db.none(pgp.helpers.update({ email, role: 'x' }, ['email', 'role'], 'users') + condition);
}

const columns = new pgp.helpers.ColumnSet(['?id', 'email', 'first_name'], { table: 'users' });

export async function updateMany(users: { id: number; email: string; first_name: string }[]) {
  return db.none(`${pgp.helpers.update(users, columns)} WHERE v.id = t.id`);
}

const insertColumns = new pgp.helpers.ColumnSet(['email', { name: 'first_name', prop: 'firstName' }], {
  table: { table: 'users', schema: 'public' },
});

export async function insertSet(users: { email: string; firstName: string }[]) {
  return db.none(pgp.helpers.insert(users, insertColumns));
}
