import { Column } from 'typeorm';

export class Address {
  @Column({ type: 'varchar', nullable: true })
  city!: string;

  @Column({ name: 'zip_code', type: 'varchar', nullable: true })
  zipCode!: string;
}
