import { deepEqual, equal, ok } from 'node:assert/strict';
import type { Model } from '../../../../src/code/models/model';
import type { Orm, OrmCall } from '../../../../src/code/orms/orm';
import { Program } from '../../../../src/code/program/program';
import { factsReader } from '../../../support/orm-calls';
import { wholePaths } from '../../../support/whole-paths';

/** A library with models `model('Post')` and calls `Post.all()`, which counts how often it is asked for its models. */
function library(): Orm & { asked: number } {
  const orm = {
    asked: 0,
    library: 'test',
    packages: /^test$/,
    methods: new Set(['all']),
    models: (tracer: Parameters<NonNullable<Orm['models']>>[0]): Model[] => {
      orm.asked++;
      return [...tracer.files.values()].flatMap(({ uri, functions }) =>
        (functions[0]?.bindings ?? []).flatMap(({ pattern, value }): Model[] => {
          if (value?.kind !== 'chain' || value.root !== 'model') return [];
          const { name, range } = pattern;
          return [{ library: 'test', name, table: name.toLowerCase(), columns: [], associations: [], uri, range }];
        }),
      );
    },
    read: (chain: Parameters<Orm['read']>[0], context: Parameters<Orm['read']>[1]): OrmCall | undefined => {
      const link = chain.links.at(-1);
      const model =
        typeof chain.root === 'string' ? context.models.named('test', chain.root, context.at.file.uri) : undefined;
      if (link?.name !== 'all' || !link.arguments || !model) return undefined;
      return {
        library: 'test',
        operation: 'find',
        isMany: true,
        model,
        loads: [],
        hasLimit: false,
        equals: [],
        isOnlyEquals: true,
        statements: [{ sql: `SELECT * FROM ${model.table}`, parameters: [] }],
        notes: [],
        nameRange: link.range,
      };
    },
  };
  return orm;
}

async function programOf(texts: Readonly<Record<string, string>>) {
  const reader = await factsReader();
  const orm = library();
  const program = new Program([orm], wholePaths);
  const write = (uri: string, text: string) => {
    const facts = reader.read({ uri, languageId: 'typescript', text });
    if (facts) program.set(facts);
  };
  for (const [uri, text] of Object.entries(texts)) write(uri, text);
  const sql = (uri: string) =>
    program.callsOf(uri).map(({ variants }) => variants[0]?.statements.map((statement) => statement.sql).join('; '));
  return { program, orm, write, sql };
}

describe('The index of a workspace', () => {
  const model = `import { model } from 'test'; export const Post = model('posts');`;
  const service = `import { Post } from './post'; export async function list() { return Post.all(); }`;

  it('finds calls by models of other files', async () => {
    const { sql } = await programOf({ '/post.ts': model, '/service.ts': service });
    deepEqual(sql('/service.ts'), ['SELECT * FROM post']);
    deepEqual(sql('/post.ts'), []);
    deepEqual(sql('/unknown.ts'), []);
  });

  it('asks for models again when a declaration changes, not when a body does', async () => {
    const { sql, write, orm } = await programOf({ '/post.ts': model, '/service.ts': service });
    sql('/service.ts');
    write('/service.ts', service.replace('return', 'const n = 1;\n\n return'));
    deepEqual(sql('/service.ts'), ['SELECT * FROM post']);
    equal(orm.asked, 1);
    write('/post.ts', `\n\n${model}`);
    sql('/service.ts');
    equal(orm.asked, 2, 'the model stands in another place');
    write('/other.ts', `import { model } from 'test'; export const User = model('users');`);
    sql('/service.ts');
    equal(orm.asked, 3, 'there is a new file');
  });

  it('keeps what was found in other files while an edit changes nothing that they can see', async () => {
    const { program, write } = await programOf({
      '/post.ts': model,
      '/service.ts': service,
      '/other.ts': `export const f = () => g({ a: 1 });`,
    });
    const before = program.callsOf('/service.ts');
    write('/other.ts', `// more\nexport const f = () => g({ a: 2 });`);
    equal(program.callsOf('/service.ts'), before);
    write('/other.ts', `export const f = () => h({ a: 2 });`);
    equal(program.callsOf('/service.ts') === before, false);
  });

  it('follows values into the new text of a file after such an edit', async () => {
    const repo = (body: string) =>
      `export class Repo { a() { ${body} } list() { return 7; } }\napp.use((req) => { req.db = new Repo(); });`;
    const { program, write } = await programOf({
      '/repo.ts': repo('return 1;'),
      '/a.ts': `import { Repo } from './repo'; export const list = () => new Repo().list; app.get((req) => { use(req.db.list); });`,
    });
    const ends = () => {
      const { tracer } = program;
      const file = tracer.files.get('/a.ts');
      const uses =
        file?.functions.flatMap((facts, id) =>
          facts.uses.map(({ chain }) => ({ chain, at: { file, function: id } })),
        ) ?? [];
      return uses
        .map(({ chain, at }) => tracer.trace(chain.links.at(-1)?.arguments?.[0] ?? chain, at))
        .filter(({ kind }) => kind === 'function');
    };
    const before = ends();
    write('/repo.ts', repo('[1].map((x) => x); return 1;'));
    const after = ends();
    equal(after.length, before.length);
    ok(after.length >= 2);
    for (const origin of after) {
      ok(origin.kind === 'function');
      equal(origin.function.name, 'Repo.list');
      equal(origin.file, program.files.get('/repo.ts'));
    }
  });

  it('forgets what is gone', async () => {
    const { program, sql } = await programOf({ '/post.ts': model, '/service.ts': service });
    deepEqual(sql('/service.ts'), ['SELECT * FROM post']);
    program.remove('/post.ts');
    deepEqual(sql('/service.ts'), []);
    program.remove('/service.ts');
    deepEqual(sql('/service.ts'), []);
    equal(program.files.size, 0);
  });

  it('takes the nearest of models with the same name, and one that is imported first', async () => {
    const { program } = await programOf({
      '/apps/a/post.ts': model,
      '/apps/b/post.ts': model,
      '/apps/a/service.ts': service,
      '/apps/b/deep/service.ts': `export const x = 1;`,
      '/apps/b/other.ts': `import { Post } from '../a/post'; export const y = Post;`,
    });
    const from = (uri: string) => program.models.named('test', 'Post', uri)?.uri;
    equal(from('/apps/a/service.ts'), '/apps/a/post.ts');
    equal(from('/apps/b/deep/service.ts'), '/apps/b/post.ts');
    equal(from('/apps/b/other.ts'), '/apps/a/post.ts');
    ok(program.models.declaredAt('test', '/apps/b/post.ts', { start: 35, end: 60 }));
    equal(program.models.declaredAt('test', '/apps/b/other.ts', { start: 35, end: 60 }), undefined);
  });
});

describe('A library’s reader that throws', () => {
  const failing: Orm = {
    library: 'test',
    packages: /^test$/,
    methods: new Set(['all']),
    models: () => {
      throw new Error('no models');
    },
    read: () => {
      throw new Error('no call');
    },
  };

  it('is told, and the rest is read', async () => {
    const reader = await factsReader();
    const told: string[] = [];
    const program = new Program([failing], wholePaths, (error, uri) =>
      told.push(`${uri}: ${(error as Error).message}`),
    );
    const facts = reader.read({ uri: '/a.ts', languageId: 'typescript', text: `import { x } from 'test'; x.all();` });
    if (facts) program.set(facts);
    deepEqual(program.callsOf('/a.ts'), []);
    deepEqual(told, ['the models of test: no models', '/a.ts: no call']);
  });
});

describe('Calls that are found', () => {
  const files = (text: string) => ({
    '/post.ts': `import { model } from 'test'; export const Post = model('posts');`,
    '/a.ts': `import { Post } from './post'; ${text}`,
  });

  it('are the query before what follows it', async () => {
    const { sql } = await programOf(
      files(
        `async function f() { Post.all().then((posts) => posts.length); (await Post.all()).map((p) => p.id); const n = (await Post.all()).length; }`,
      ),
    );
    equal(sql('/a.ts').length, 3);
  });

  it('stand once, also where a name is used again', async () => {
    const { sql } = await programOf(
      files(
        `async function f() { const posts = await Post.all(); posts.map((p) => p.id); for (const p of posts) use(p); return posts; }`,
      ),
    );
    equal(sql('/a.ts').length, 1);
  });

  it('are not those of another thing of the same name', async () => {
    const { sql } = await programOf(
      files(`cache.all(); function g(User) { return User.all(); } [1].all(); Post.none();`),
    );
    deepEqual(sql('/a.ts'), []);
  });
});
