import { equal } from 'node:assert/strict';
import { canMatter } from '../../../../src/code/program/can-matter';
import { factsReader } from '../../../support/orm-calls';
import { wholePaths } from '../../../support/whole-paths';

function matters(uri: string, text: string): boolean {
  const languageId = uri.endsWith('x') ? 'typescriptreact' : 'typescript';
  return canMatter({ uri, languageId, text }, wholePaths);
}

describe('Files that are read into the index', () => {
  it('are those with functions, models, clients and constants', () => {
    equal(matters('/a.ts', `export function toJSON(post) { return post.author.name; }`), true);
    equal(matters('/a.ts', `export const db = drizzle(pool);`), true);
    equal(matters('/a.ts', `export * from './post';`), true);
    equal(matters('/a.ts', `export const pageSize = 20;`), true);
    equal(matters('/test/helpers/db.ts', `export const db = knex();`), true);
    equal(
      matters('/page.tsx', `export default async function Page() { const posts = await list(); return <p/>; }`),
      true,
    );
    equal(matters('/fastify.d.ts', `declare module 'fastify' { interface FastifyInstance { db: Knex } }`), true);
    equal(matters('/context.d.ts', `export interface Context { db: Knex }`), true);
  });

  it('are not tests, types, texts, or components that wait for nothing', () => {
    equal(matters('/posts.test.ts', `import { list } from './posts'; list();`), false);
    equal(matters('/__mocks__/db.ts', `export const db = {};`), false);
    equal(matters('/lib.d.ts', `export declare function f(): void;`), false);
    equal(matters('/client.d.ts', `export interface Post { id: number }`.repeat(1_000)), false);
    equal(matters('/button.tsx', `export const Button = ({ title }) => <b onClick={() => go()}>{title}</b>;`), false);
    const texts = Array.from({ length: 20 }, (_, i) => `key${i}: 'All posts (of ${i} people)',`).join('\n');
    equal(
      matters(
        '/en.ts',
        `import type { Texts } from './texts';\nexport default Object.freeze({ ${texts} } satisfies Texts);`,
      ),
      false,
    );
    equal(matters('/data.ts', `1, 2, 3`), false);
    equal(matters('/binary.ts', `import\0`), false);
  });

  it('are all that are open', async () => {
    const reader = await factsReader();
    const document = {
      uri: '/posts.test.ts',
      languageId: 'typescript',
      text: `import { list } from './posts'; list();`,
    };
    equal(reader.read(document), undefined);
    equal(reader.read(document, { isOpen: true })?.uri, '/posts.test.ts');
  });

  it('are those with many texts that also do something', () => {
    const texts = Array.from({ length: 20 }, (_, i) => `throw new Problem('no post of ${i} is there');`).join('\n');
    equal(matters('/a.ts', `export async function f() { ${texts} }`), true);
    equal(
      matters(
        '/b.ts',
        `export const table = pgTable('posts', { ${texts.replaceAll('throw new Problem', 'a: text')} });`,
      ),
      true,
    );
  });
});
