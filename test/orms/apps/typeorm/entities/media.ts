import { ChildEntity, Column, Entity, ManyToOne, PrimaryGeneratedColumn, TableInheritance } from 'typeorm';
import { Post } from './post';

@Entity()
@TableInheritance({ column: { type: 'varchar', name: 'kind' } })
export abstract class Media {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'varchar' })
  url!: string;

  @ManyToOne(() => Post, { lazy: true })
  post!: Promise<Post>;
}

@ChildEntity()
export class Image extends Media {
  @Column({ type: 'varchar', nullable: true })
  altText!: string;
}

@ChildEntity('movie')
export class Video extends Media {
  @Column({ type: 'int', nullable: true })
  seconds!: number;
}
