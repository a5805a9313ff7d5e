import { DataTypes } from 'sequelize';
import { sequelize } from '../database';

const Tag = sequelize.define(
  'tag',
  {
    id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
    label: { type: DataTypes.STRING, unique: true },
    color: DataTypes.STRING(7),
  },
  { timestamps: false },
);

export const PostTag = sequelize.define(
  'PostTag',
  { position: { type: DataTypes.INTEGER, defaultValue: 0 }, addedBy: DataTypes.STRING },
  { tableName: 'posts_tags', timestamps: false },
);

export default Tag;
