import { DataTypes } from 'sequelize';
import { sequelize } from './sequelize.js';

export const Comment = sequelize.define(
  'Comment',
  {
    id: { type: DataTypes.BIGINT, primaryKey: true, autoIncrement: true },
    postId: { type: DataTypes.BIGINT, allowNull: false },
    authorId: { type: DataTypes.BIGINT, allowNull: false },
    body: { type: DataTypes.TEXT, allowNull: false },
    createdAt: { type: DataTypes.DATE, allowNull: false, defaultValue: DataTypes.NOW },
  },
  { tableName: 'comments' },
);
