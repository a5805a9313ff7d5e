import { deepEqual } from 'node:assert/strict';
import { declaredTypes } from '../../../../src/code/facts/declared-types';

describe('Declared types', () => {
  it('are interfaces with members, type parameters and what they extend', () =>
    deepEqual(
      declaredTypes(`/** The { context. */ export interface Context<T extends { a: 1 }, K = string> extends Base<T, K>, Other {
        db: Kysely<Database>; // the { database
        readonly user?: { id: number, name: string }
        prisma: PrismaClient
        list(filter: string): Promise<Post[]>;
        'quoted-name': string;
      }`),
      [
        {
          name: 'Context',
          parameters: ['T', 'K'],
          extends: ['Base<T, K>', 'Other'],
          members: [
            { name: 'db', type: 'Kysely<Database>' },
            { name: 'user', type: '{ id: number, name: string }' },
            { name: 'prisma', type: 'PrismaClient' },
            { name: 'list', type: '(filter: string) => Promise<Post[]>' },
            { name: 'quoted-name', type: 'string' },
          ],
        },
      ],
    ));

  it('are aliases, over several lines, with and without semicolon', () =>
    deepEqual(
      declaredTypes(
        `type Db = Kysely<Database>\ntype Deps<T> =\n  | { db: T; n: 1 }\n  & Other;\nexport type F = (a: string) => void`,
      ),
      [
        { name: 'Db', alias: 'Kysely<Database>', members: [] },
        { name: 'Deps', parameters: ['T'], alias: '| { db: T; n: 1 }\n  & Other', members: [] },
        { name: 'F', alias: '(a: string) => void', members: [] },
      ],
    ));

  it('are what module declarations add', () =>
    deepEqual(
      declaredTypes(`declare module 'fastify' { interface FastifyInstance { knex: Knex } }
        declare global { var prisma: PrismaClient | undefined; namespace Express { interface Request { db: Knex } } }`),
      [
        { name: 'FastifyInstance', module: 'fastify', members: [{ name: 'knex', type: 'Knex' }] },
        { name: 'Request', module: 'global', members: [{ name: 'db', type: 'Knex' }] },
        { name: '', module: 'global', members: [{ name: 'prisma', type: 'PrismaClient | undefined' }] },
      ],
    ));

  it('are nothing where a text is broken off', () => {
    deepEqual(declaredTypes('interface A { db: Kysely<'), [{ name: 'A', members: [{ name: 'db', type: 'Kysely<' }] }]);
    deepEqual(declaredTypes('type A ='), []);
    deepEqual(declaredTypes('type = { interface'), []);
  });
});
