import { DataTypes, Model } from 'sequelize';
import { sequelize } from '../database';

class Category extends Model {
  declare id: number;
  [relation: string]: any;
}
Category.init(
  { name: DataTypes.STRING, slug: { type: DataTypes.STRING, field: 'url_slug' }, rank: DataTypes.INTEGER },
  {
    sequelize,
    modelName: 'category',
    timestamps: false,
    indexes: [{ unique: true, fields: ['url_slug'] }],
    defaultScope: { order: [['rank', 'ASC']] },
  },
);

class Person extends Model {}
Person.init(
  { firstName: DataTypes.STRING, company: DataTypes.STRING },
  { sequelize, freezeTableName: false, version: true },
);

class Audit extends Model {}
Audit.init({ what: DataTypes.STRING, when: DataTypes.DATEONLY }, { sequelize, freezeTableName: true, updatedAt: false });
Audit.removeAttribute('id');

export { Audit, Category, Person };
