import { type Generated, Kysely, PostgresDialect } from 'kysely';
import { Pool } from 'pg';

interface Database {
  users: { id: Generated<number>; name: string };
  posts: { id: Generated<number>; author_id: number; editor_id: number | null; title: string };
  comments: { id: Generated<number>; post_id: number; author_id: number; body: string };
}

const pool = new Pool({ connectionString: process.env.BLOG_DATABASE_URL });
export const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
export const close = () => db.destroy();
