import { DataTypes } from 'sequelize';
import { sequelize } from './sequelize.js';

export const PostTag = sequelize.define(
  'PostTag',
  {
    postId: { type: DataTypes.BIGINT, primaryKey: true },
    tagId: { type: DataTypes.INTEGER, primaryKey: true },
  },
  { tableName: 'post_tags' },
);
