import { DataTypes, Model, Op } from 'sequelize';
import { sequelize } from '../database';

export class Post extends Model {
  declare id: number;
  declare title: string;
  declare body: string;
  declare status: string;
  declare viewCount: number;
  declare meta: object | null;
  declare labels: string[];
  declare authorId: number;
  [relation: string]: any;
}

Post.init(
  {
    id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true },
    title: { type: DataTypes.STRING, allowNull: false },
    body: DataTypes.TEXT,
    status: { type: DataTypes.STRING(20), allowNull: false, defaultValue: 'draft' },
    viewCount: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
    meta: DataTypes.JSONB,
    labels: DataTypes.ARRAY(DataTypes.STRING),
    publishedAt: { type: DataTypes.DATE, field: 'published_on' },
    summary: {
      type: DataTypes.VIRTUAL(DataTypes.STRING, ['body']),
      get() {
        return String(this.get('body')).slice(0, 80);
      },
    },
  },
  {
    sequelize,
    paranoid: true,
    scopes: {
      published: { where: { status: 'published' } },
      recent: { order: [['publishedAt', 'DESC']], limit: 10 },
      byAuthor(authorId: number) {
        return { where: { authorId } };
      },
      popular: (least = 100) => ({ where: { viewCount: { [Op.gte]: least } } }),
    },
  },
);
