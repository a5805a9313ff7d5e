import { AutoIncrement, Column, DataType, Model, PrimaryKey } from 'sequelize-typescript';

export abstract class BaseModel extends Model {
  @PrimaryKey
  @AutoIncrement
  @Column(DataType.BIGINT)
  declare id: number;

  @Column(DataType.STRING)
  declare tenant: string;
}
