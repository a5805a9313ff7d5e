import makeKnex from 'knex';
import { knexSnakeCaseMappers } from 'objection';

export const snakeDb = makeKnex({ client: 'pg', connection: {}, ...knexSnakeCaseMappers() });
