import assert from 'node:assert/strict';
import { folderAround, schemasOfPackages } from '../../../src/code/package-schemas';

const folders = ['/repo', '/repo/packages/shop', '/repo/packages/blog', '/repo/packages/mail'];
const file = (path: string, text: string) => ({ path, text });

function namesOf(files: readonly { readonly path: string; readonly text: string }[]): Record<string, string[]> {
  const schemas = [...schemasOfPackages(files, folders)];
  return Object.fromEntries(schemas.map(([folder, own]) => [folder, own.map(({ path }) => path)]));
}

describe('the schemas of a monorepo’s packages', () => {
  it('are one where no two packages define the same table', () => {
    const files = [
      file('/repo/packages/shop/1.sql', 'CREATE TABLE invoices (id int);'),
      file('/repo/packages/blog/1.sql', 'CREATE TABLE posts (id int);'),
    ];
    assert.deepEqual(namesOf(files), {});
  });

  it('are two where two packages define the same table: later files of the other one are left out, too', () => {
    const files = [
      file('/repo/extensions.sql', 'CREATE EXTENSION pg_trgm;'),
      file('/repo/packages/shop/1.sql', 'create table if not exists public."users" (id int);'),
      file('/repo/packages/blog/1.sql', 'CREATE TABLE users (id int, name text);'),
      file('/repo/packages/blog/2.sql', 'ALTER TABLE users ADD COLUMN email text;'),
      file('/repo/packages/mail/1.sql', 'CREATE TABLE mails (id int);'),
    ];
    assert.deepEqual(namesOf(files), {
      '/repo/packages/shop': ['/repo/extensions.sql', '/repo/packages/shop/1.sql', '/repo/packages/mail/1.sql'],
      '/repo/packages/blog': [
        '/repo/extensions.sql',
        '/repo/packages/blog/1.sql',
        '/repo/packages/blog/2.sql',
        '/repo/packages/mail/1.sql',
      ],
    });
  });

  it('are not two where one package defines a table twice, as a dump and as migrations', () => {
    const files = [
      file('/repo/packages/shop/schema.sql', 'CREATE TABLE users (id int);'),
      file('/repo/packages/shop/migrations/1.sql', 'CREATE TABLE users (id int);'),
    ];
    assert.deepEqual(namesOf(files), {});
  });

  it('belong to the nearest folder, by whole names', () => {
    assert.equal(folderAround('/repo/packages/shop/src/a.ts', folders), '/repo/packages/shop');
    assert.equal(folderAround('/repo/packages/shopping/a.ts', folders), '/repo');
    assert.equal(folderAround('/elsewhere/a.ts', folders), undefined);
  });
});
