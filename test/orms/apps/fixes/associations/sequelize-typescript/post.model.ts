import { Column, DataType, Model, Table } from 'sequelize-typescript';

@Table({ tableName: 'posts', timestamps: false })
export class Post extends Model {
  @Column({ type: DataType.TEXT })
  declare title: string;

  @Column({ type: DataType.INTEGER, field: 'author_id' })
  declare authorId: number;

  @Column({ type: DataType.INTEGER, field: 'editor_id' })
  declare editorId: number | null;
}
