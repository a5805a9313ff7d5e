import { DataTypes } from 'sequelize';
import { sequelize } from './sequelize.js';

export const User = sequelize.define(
  'User',
  {
    id: { type: DataTypes.BIGINT, primaryKey: true, autoIncrement: true },
    username: { type: DataTypes.TEXT, allowNull: false, unique: true },
    email: { type: DataTypes.TEXT, allowNull: false, unique: true },
    passwordHash: { type: DataTypes.TEXT, allowNull: false },
    displayName: { type: DataTypes.TEXT, allowNull: false },
    bio: DataTypes.TEXT,
    role: { type: DataTypes.TEXT, allowNull: false, defaultValue: 'reader' },
    createdAt: { type: DataTypes.DATE, allowNull: false, defaultValue: DataTypes.NOW },
    lastSeenAt: DataTypes.DATE,
  },
  { tableName: 'users', defaultScope: { attributes: { exclude: ['passwordHash'] } } },
);
