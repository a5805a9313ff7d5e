import { Pool } from 'pg';

export const pool = new Pool({ connectionString: process.env.BLOG_DATABASE_URL });
export const close = () => pool.end();
