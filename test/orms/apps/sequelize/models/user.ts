import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  Op,
} from 'sequelize';
import { sequelize } from '../database';

export class User extends Model<InferAttributes<User>, InferCreationAttributes<User>> {
  declare id: CreationOptional<number>;
  declare name: string;
  declare email: string;
  declare passwordHash: CreationOptional<string>;
  declare isAdmin: CreationOptional<boolean>;
  declare lastSeenAt: CreationOptional<Date | null>;
  [relation: string]: any;

  get displayName(): string {
    return this.name.trim();
  }

  static findActive(since: Date) {
    return this.findAll({ where: { lastSeenAt: { [Op.gte]: since } } });
  }
}

User.init(
  {
    name: { type: DataTypes.STRING(80), allowNull: false },
    email: { type: DataTypes.STRING, allowNull: false, unique: true },
    passwordHash: DataTypes.STRING,
    isAdmin: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: false },
    lastSeenAt: DataTypes.DATE,
  },
  {
    sequelize,
    modelName: 'User',
    defaultScope: { attributes: { exclude: ['passwordHash'] } },
    scopes: {
      withSecrets: { attributes: { include: ['passwordHash'] } },
      admins: { where: { isAdmin: true } },
      named(name: string) {
        return { where: { name: { [Op.iLike]: `${name}%` } } };
      },
    },
  },
);
