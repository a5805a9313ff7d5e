import Knex from 'knex';

export const knex = Knex({ client: 'pg', connection: process.env.BLOG_DATABASE_URL });
export const close = () => knex.destroy();
