import { DataTypes, Model } from 'sequelize';
import { sequelize } from '../database';

/** A table from before the naming convention: camelCase columns. */
export class Profile extends Model {
  declare userId: number;
  declare biography: string;
}

Profile.init(
  {
    userId: { type: DataTypes.INTEGER, primaryKey: true },
    biography: { type: DataTypes.TEXT, field: 'bioText' },
    homePage: DataTypes.STRING,
    settings: { type: DataTypes.JSON },
  },
  { sequelize, tableName: 'userProfiles', schema: 'people', underscored: false, timestamps: true, createdAt: false },
);
