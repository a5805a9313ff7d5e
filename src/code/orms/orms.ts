import { ActiveRecord } from './activerecord/activerecord';
import { Bookshelf } from './bookshelf/bookshelf';
import { django } from './django/django';
import { Drizzle } from './drizzle/drizzle';
import { Knex } from './knex/knex';
import { Kysely } from './kysely/kysely';
import { mikroOrm } from './mikro-orm/mikro-orm';
import { Objection } from './objection/objection';
import type { Orm } from './orm';
import { prisma } from './prisma/prisma';
import { Sequelize } from './sequelize/sequelize';
import { sqlalchemy } from './sqlalchemy/sqlalchemy';
import { supabase } from './supabase/supabase';
import { typeorm } from './typeorm/typeorm';

/** Every library whose calls are read. */
export const orms: readonly Orm[] = [
  new Objection(),
  new Bookshelf(),
  new Knex(),
  new Kysely(),
  new Drizzle(),
  prisma,
  new Sequelize(),
  supabase,
  typeorm,
  mikroOrm,
  django,
  sqlalchemy,
  new ActiveRecord(),
];
