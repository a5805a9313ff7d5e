import { Kysely, PostgresDialect } from 'kysely';
import { Pool } from 'pg';

interface Database {
  users: { id: number; name: string };
  posts: { id: number; author_id: number; editor_id: number | null; title: string };
  comments: { id: number; post_id: number; author_id: number; body: string };
}

const pool = new Pool({ connectionString: process.env.BLOG_DATABASE_URL });
export const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
export const close = () => db.destroy();
