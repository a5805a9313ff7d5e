import { DataTypes, type Model, type ModelStatic } from 'sequelize';
import { sequelize } from '../database';

export interface CommentInstance extends Model {
  id: number;
  text: string;
  likes: number;
  [relation: string]: any;
}

export const Comment = sequelize.define(
  'Comment',
  {
    text: { type: DataTypes.TEXT, allowNull: false },
    likes: { type: DataTypes.INTEGER, defaultValue: 0 },
    isSpam: { type: DataTypes.BOOLEAN, defaultValue: false, field: 'spam' },
  },
  { updatedAt: false, createdAt: 'writtenAt' },
) as ModelStatic<CommentInstance>;
