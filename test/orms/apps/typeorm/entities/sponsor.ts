import { EntitySchema } from 'typeorm';

export interface Sponsor {
  id: number;
  name: string;
  contracts: Contract[];
}

export interface Contract {
  code: string;
  amount: number;
  sponsor: Sponsor;
}

export const SponsorSchema = new EntitySchema<Sponsor>({
  name: 'Sponsor',
  tableName: 'sponsors',
  columns: {
    id: { type: 'int', primary: true, generated: 'increment' },
    name: { type: 'varchar', name: 'full_name' },
  },
  relations: {
    contracts: { type: 'one-to-many', target: 'Contract', inverseSide: 'sponsor' },
  },
});

export const ContractSchema = new EntitySchema<Contract>({
  name: 'Contract',
  columns: {
    code: { type: 'varchar', primary: true },
    amount: { type: 'numeric' },
  },
  relations: {
    sponsor: { type: 'many-to-one', target: 'Sponsor', joinColumn: { name: 'sponsor_id' }, inverseSide: 'contracts' },
  },
});
