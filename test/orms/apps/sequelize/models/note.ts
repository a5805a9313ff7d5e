import { DataTypes, Model, type ModelStatic } from 'sequelize';
import { sequelize } from '../database';
import { owned } from './shared';

/** Written in the style of a generator: the options stand in a function. */
export class Note extends Model {
  declare id: number;
  declare text: string;

  static initModel(connection: typeof sequelize): typeof Note {
    return Note.init(
      {
        text: { type: DataTypes.TEXT, allowNull: false },
        notableType: DataTypes.STRING,
        notableId: DataTypes.INTEGER,
        price: { type: DataTypes.DECIMAL(10, 2), field: 'amount' },
        during: DataTypes.RANGE(DataTypes.DATE),
        ...owned,
      },
      { sequelize: connection, tableName: 'notes', updatedAt: 'editedAt', underscored: true },
    );
  }

  static recent(this: ModelStatic<Note>, limit = 5) {
    return this.findAll({ order: [['createdAt', 'DESC']], limit });
  }

  async archive() {
    await this.update({ text: '' });
  }

  async bump() {
    await this.increment({ price: 2 });
    return this.reload();
  }
}

Note.initModel(sequelize);
