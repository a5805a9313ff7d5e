import postgres from 'postgres';

export const sql = postgres(process.env.BLOG_DATABASE_URL ?? '', { max: 2 });
export const close = () => sql.end();
