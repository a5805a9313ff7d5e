import type { Sql, TransactionSql } from 'postgres';
import sql from './db';

export interface User {
  id: number;
  email: string;
  firstName: string;
}

export async function getUser(id: number) {
  const [user] = await sql<User[]>`select id, email from users where id = ${id}`;
  return user;
}

export const listUsers = (limit = 20) => sql`
  select id, email, first_name
  from users
  order by created_at desc
  limit ${limit}
`;

export async function byIds(ids: number[]) {
  return sql`select * from users where id in ${sql(ids)}`;
}

export async function byAny(ids: number[]) {
  return sql`select * from users where id = any(${ids})`;
}

export async function createUser(user: { email: string; first_name: string }) {
  const [created] = await sql`
    insert into users ${sql(user, 'email', 'first_name')}
    returning id
  `;
  return created;
}

export async function createMany(users: { email: string; first_name: string }[]) {
  return sql`insert into users ${sql(users, 'email', 'first_name')}`;
}

export async function createFixed(email: string) {
  return sql`insert into users ${sql({ email, role: 'reader' })} returning *`;
}

export async function updateUser(id: number, changes: { email: string; first_name: string }) {
  await sql`update users set ${sql(changes, 'email', 'first_name')} where id = ${id}`;
}

export async function updateFixed(id: number, role: string) {
  await sql`update users set ${sql({ role, active: true })}, updated_at = now() where id = ${id}`;
}

export async function pickColumns(id: number) {
  const columns = ['id', 'email'] as const;
  return sql`select ${sql(columns)} from users where id = ${id}`;
}

export async function namedColumns() {
  return sql`select ${sql(['id', 'email', 'first_name'])} from users`;
}

export async function fromTable() {
  return sql`select id from ${sql('users')} where ${sql('users.role')} = ${'admin'}`;
}

export async function searchUsers(term: string, role?: string) {
  return sql`
    select id, email from users
    where email ilike ${`%${term}%`}
    ${role ? sql`and role = ${role}` : sql``}
    order by email
  `;
}

const activeOnly = sql`deleted_at is null`;

export async function activeUsers() {
  return sql`select id from users where ${activeOnly} and role = ${'admin'}`;
}

export class UserStore {
  constructor(private readonly sql: Sql) {}

  async find(email: string) {
    const rows = await this.sql`select * from users where email = ${email}`;
    return rows[0];
  }

  async remove(id: number) {
    return this.sql`delete from users where id = ${id} returning email`;
  }

  count() {
    return this.sql<{ count: string }[]>`select count(*) from users`;
  }

  async register(email: string) {
    return this.sql.begin(async (tx) => {
      const [user] = await tx`insert into users (email) values (${email}) returning id`;
      await tx`insert into profiles (user_id) values (${user!.id})`;
      return user;
    });
  }
}

export async function insertProfile(tx: TransactionSql, userId: number) {
  await tx`insert into profiles (user_id, bio) values (${userId}, '')`;
}

export async function registerWithSavepoint(email: string) {
  await sql.begin(async (tx) => {
    const [user] = await tx`insert into users (email) values (${email}) returning id`;
    await tx.savepoint(async (inner) => {
      await inner`update users set role = 'writer' where id = ${user!.id}`;
    });
  });
}
