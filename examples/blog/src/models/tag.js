import { DataTypes } from 'sequelize';
import { sequelize } from './sequelize.js';

export const Tag = sequelize.define(
  'Tag',
  {
    id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true },
    name: { type: DataTypes.TEXT, allowNull: false, unique: true },
    slug: { type: DataTypes.TEXT, allowNull: false, unique: true },
  },
  { tableName: 'tags' },
);
