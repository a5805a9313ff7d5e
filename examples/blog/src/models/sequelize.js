import { Sequelize } from 'sequelize';
import { databaseUrl, pool } from '../../config/database.js';

export const sequelize = new Sequelize(databaseUrl, {
  dialect: 'postgres',
  logging: false,
  pool: { max: pool.max, idle: pool.idleTimeoutMillis, acquire: 30_000 },
  define: { underscored: true, timestamps: false },
});
