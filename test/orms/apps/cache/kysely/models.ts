import { type ColumnType, type Generated, Kysely, PostgresDialect } from 'kysely';
import { Pool } from 'pg';

interface Database {
  users: { id: Generated<number>; name: string };
  posts: {
    id: Generated<string>;
    author_id: number;
    title: string;
    price: ColumnType<string, number, number>;
    data: unknown;
    body: Buffer;
    created_at: Date;
  };
}

const pool = new Pool({ connectionString: process.env.BLOG_DATABASE_URL });
export const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
export const close = () => db.destroy();
