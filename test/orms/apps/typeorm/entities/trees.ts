import { Column, Entity, JoinColumn, PrimaryGeneratedColumn, Tree, TreeChildren, TreeParent } from 'typeorm';

@Entity('topics')
@Tree('materialized-path')
export class Topic {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'text' })
  label!: string;

  @TreeParent()
  parent!: Topic | null;

  @TreeChildren()
  children!: Topic[];
}

@Entity('folders')
@Tree('closure-table')
export class Folder {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'text', name: 'folder_name' })
  name!: string;

  @TreeParent()
  @JoinColumn({ name: 'inside_id' })
  inside!: Folder | null;

  @TreeChildren()
  contents!: Folder[];
}

@Entity('regions')
@Tree('nested-set')
export class Region {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'text' })
  name!: string;

  @TreeChildren()
  parts!: Region[];

  @TreeParent()
  whole!: Region;
}
