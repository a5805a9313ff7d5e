import { Knex } from './knex/knex';
import type { Orm } from './orm';

/** Every library whose calls are read. */
export const orms: readonly Orm[] = [new Knex()];
