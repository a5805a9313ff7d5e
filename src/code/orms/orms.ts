import { Knex } from './knex/knex';
import type { Orm } from './orm';
import { prisma } from './prisma/prisma';
import { typeorm } from './typeorm/typeorm';

/** Every library whose calls are read. */
export const orms: readonly Orm[] = [new Knex(), prisma, typeorm];
