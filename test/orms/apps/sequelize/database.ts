import { Sequelize } from 'sequelize';

export const sequelize = new Sequelize(process.env.DATABASE_URL ?? 'postgres://blog@localhost/blog', {
  dialect: 'postgres',
  logging: false,
  define: { underscored: true },
});
