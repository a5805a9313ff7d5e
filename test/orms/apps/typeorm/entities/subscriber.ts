import { BaseEntity, Column, Entity, ManyToOne, PrimaryColumn, VersionColumn } from 'typeorm';
import { User } from './user';

/** Active record; a key of two columns. */
@Entity('subscribers')
export class Subscriber extends BaseEntity {
  @PrimaryColumn({ type: 'int' })
  userId!: number;

  @PrimaryColumn({ name: 'topic_name', type: 'varchar' })
  topic!: string;

  @Column({ type: 'smallint', default: 1 })
  priority!: number;

  @VersionColumn()
  version!: number;

  @ManyToOne(() => User)
  user!: User;

  static byTopic(topic: string) {
    return this.find({ where: { topic }, order: { priority: 'DESC' } });
  }
}
