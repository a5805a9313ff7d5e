import { activeRecordLoader } from './activerecord';
import { bookshelfLoader } from './bookshelf';
import { djangoLoader } from './django';
import { drizzleLoader } from './drizzle';
import type { EagerLoader } from './loader';
import { mikroOrmLoader } from './mikro-orm';
import { objectionLoader } from './objection';
import { prismaLoader } from './prisma';
import { sequelizeLoader } from './sequelize';
import { sqlalchemyLoader } from './sqlalchemy';
import { typeormLoader } from './typeorm';

export const loaders: readonly EagerLoader[] = [
  sequelizeLoader,
  typeormLoader,
  prismaLoader,
  drizzleLoader,
  mikroOrmLoader,
  objectionLoader,
  bookshelfLoader,
  djangoLoader,
  sqlalchemyLoader,
  activeRecordLoader,
];
