import makeBookshelf from 'bookshelf';
import knex from 'knex';

export const db = knex({ client: 'pg', connection: process.env.DATABASE_URL ?? {} });

const bookshelf = makeBookshelf(db);

export default bookshelf;
