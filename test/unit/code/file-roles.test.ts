import assert from 'node:assert/strict';
import { relative } from 'node:path';
import { FileRoles } from '../../../src/code/file-roles';

describe('the role of a file', () => {
  const roles = new FileRoles([]);

  it('is that of a migration by its folder', () => {
    for (const path of [
      'prisma/migrations/01/migration.sql',
      'db/data-migrations/7.ts',
      'C:\\app\\migrations\\1.js',
      'db/migrations-sqlite/2.js',
    ]) {
      assert.ok(roles.isMigration(path), path);
    }
    for (const path of ['src/migrations.ts', 'src/immigration/visa.ts', 'src/posts.ts']) {
      assert.ok(!roles.isMigration(path), path);
    }
  });

  it('is that of a test by its name or its folder', () => {
    for (const path of ['src/a.test.ts', 'a_spec.js', '__tests__/a.ts', 'test/support/empty.sql'])
      assert.ok(roles.isTest(path), path);
    for (const path of ['src/latest.ts', 'src/contest/a.ts', 'src/protest.sql']) assert.ok(!roles.isTest(path), path);
  });

  it('is that of a job by its name or its folder', () => {
    for (const path of [
      'src/jobs/cleanup.ts',
      'apps/worker/index.ts',
      '/app/import.service.ts',
      '/app/mail.processor.ts',
    ])
      assert.ok(roles.isBackground(path), path);
    for (const path of ['/app/important.ts', '/app/jobs-list.controller.ts', '/app/posts.ts'])
      assert.ok(!roles.isBackground(path), path);
  });

  it('is that of work aside for tests, migrations, seeds and scripts', () => {
    for (const path of ['test/a.ts', 'migrations/1.js', 'seed.ts', 'seeders/1.js', 'scripts/fill.js', 'fixtures/a.sql'])
      assert.ok(roles.isAside(path), path);
    for (const path of ['src/seed-list.ts', 'src/script.ts', 'src/posts.ts']) assert.ok(!roles.isAside(path), path);
  });

  it('is told by the path below the workspace, whatever the folders above are called', () => {
    for (const [folder, separator] of [
      ['/srv/tests/scripts/jobs/migrations/app', '/'],
      ['/srv/tests/scripts/jobs/migrations/app/', '/'],
      ['file:///srv/tests/scripts/jobs/migrations/app', '/'],
      ['C:\\tests\\scripts\\jobs\\migrations\\app', '\\'],
    ] as const) {
      const below = new FileRoles(['/srv/other', folder]);
      const path = (...names: string[]) => [folder.replace(/\/$/, ''), ...names].join(separator);
      const program = path('src', 'posts.ts');
      for (const is of ['isTest', 'isAside', 'isMigration', 'isBackground'] as const) {
        assert.ok(!below[is](program), `${is} ${program}`);
      }
      assert.ok(below.isTest(path('test', 'posts.ts')));
      assert.ok(below.isAside(path('scripts', 'fill.ts')));
      assert.ok(below.isAside(path('seed.ts')));
      assert.ok(below.isMigration(path('migrations', '1.js')));
      assert.ok(below.isBackground(path('jobs', 'mail.ts')));
    }
  });

  it('is told by the whole path outside of the workspace, also beside a folder with a longer name', () => {
    const below = new FileRoles(['/srv/test/app']);
    assert.ok(below.isTest('/srv/test/app2/src/posts.ts'));
    assert.ok(!below.isTest('/srv/test/app/src/posts.ts'));
  });

  it('is the same for a path from the current folder', () => {
    const below = new FileRoles(['/srv/test/app']);
    assert.equal(below.below(relative('', '/srv/test/app/src/posts.ts')), '/src/posts.ts');
  });

  it('is told by the outermost of folders that are in each other', () => {
    const below = new FileRoles(['/srv/test/app/test/fixture', '/srv/test/app']);
    assert.ok(below.isTest('/srv/test/app/test/fixture/posts.ts'));
  });
});
