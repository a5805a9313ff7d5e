import { deepEqual, equal, match, rejects } from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { filesBelow } from '../../../../src/code/files-below';
import { orms } from '../../../../src/code/orms/orms';
import { indexedLanguageOf } from '../../../../src/code/program/facts-reader';
import { Program } from '../../../../src/code/program/program';
import { type ReadWorkspaceOptions, readWorkspace } from '../../../../src/code/program/read-workspace';
import { wholePaths } from '../../../support/whole-paths';

const dist = join(import.meta.dirname, '../../../../dist');

describe('A workspace that is read in threads', () => {
  let folder = '';
  let cachePath = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'planlight-workspace-'));
    cachePath = join(folder, '.cache', 'facts');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function write(texts: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, text] of Object.entries(texts)) {
      const path = join(folder, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
    }
  }

  async function read(more: Partial<ReadWorkspaceOptions> = {}) {
    const files: { uri: string; path: string }[] = [];
    for await (const path of filesBelow(
      folder,
      (_, file) => indexedLanguageOf(file) !== undefined,
      () => undefined,
    ))
      files.push({ uri: path.slice(folder.length), path });
    const program = new Program(orms, wholePaths);
    const leftAlone: string[] = [];
    const options = {
      grammarFolder: join(dist, 'grammars'),
      threadProgram: join(dist, 'facts-thread.js'),
      cachePath,
      onLeftAlone: (why: string) => leftAlone.push(why),
      ...more,
    };
    const result = await readWorkspace(program, files, options);
    return { program, leftAlone, ...result };
  }

  const blog = {
    'package.json': '{ "name": "blog", "dependencies": { "knex": "3" } }',
    'src/db.ts': `import knex from 'knex'; export const db = knex({ client: 'pg' });`,
    'src/posts.ts': `import { db } from './db'; export async function list() { return db('posts').where('id', 1); }`,
    'src/types.d.ts': `export declare function f(): void;`,
  };

  const pages = {
    'shop/templates/list.html': '{% for post in posts %}{{ post.author }}{% endfor %}',
    'blog/templates/blog/list.html': '{% for post in posts %}{{ post.author }}{% endfor %}',
    'blog/templates/blog/plain.html': '<p>no program</p>',
    'blog/public/list.html': '{{ post.author }}',
  };

  it('reads templates where a program has Python, each under its own name', async () => {
    await write({ ...pages, 'blog/views.py': 'def shown(request):\n    return 1\n' });
    for (const known of [0, 4]) {
      const { program, ...result } = await read();
      equal(result.known, known);
      const names = [...program.files.values()].flatMap(({ classes }) => classes.map(({ name }) => name));
      deepEqual(names.sort(), ['blog/list.html', 'list.html']);
    }
  });

  it('leaves templates alone elsewhere', async () => {
    await write({ ...blog, ...pages });
    const { program, files } = await read();
    equal(files, 4);
    deepEqual([...program.files.keys()].sort(), ['/src/db.ts', '/src/posts.ts']);
  });

  it('gives the facts of its files, and their calls', async () => {
    await write(blog);
    const { program, files, known } = await read();
    deepEqual([files, known], [4, 0]);
    deepEqual([...program.files.keys()].sort(), ['/src/db.ts', '/src/posts.ts']);
    const [call] = program.callsOf('/src/posts.ts');
    match(call?.variants[0]?.statements[0]?.sql ?? '', /from "posts"/i);
  });

  it('is known the next time, but for what has changed', async () => {
    await write(blog);
    await read();
    await write({ 'src/db.ts': `${blog['src/db.ts']}\n// changed` });
    const { program, known } = await read();
    equal(known, 2);
    equal(program.callsOf('/src/posts.ts').length, 1);
  });

  it('is read again where what was kept is damaged', async () => {
    await write(blog);
    await read();
    const kept = await readFile(cachePath, 'utf8');
    await writeFile(cachePath, kept.replace('"posts"', '"users"'));
    const { program } = await read();
    match(program.callsOf('/src/posts.ts')[0]?.variants[0]?.statements[0]?.sql ?? '', /from "posts"/i);
  });

  it('stops when it is told to', async () => {
    await write(blog);
    await rejects(read({ signal: AbortSignal.abort(new Error('stopped')) }), /stopped/);
  });

  it('goes on without a file that is gone, and without a place for what is kept', async () => {
    await write({ ...blog, '.cache': 'a file, not a folder' });
    const program = new Program(orms, wholePaths);
    const leftAlone: string[] = [];
    const paths = ['src/db.ts', 'src/gone.ts'].map((name) => ({ uri: name, path: join(folder, name) }));
    await readWorkspace(program, paths, {
      grammarFolder: join(dist, 'grammars'),
      threadProgram: join(dist, 'facts-thread.js'),
      cachePath,
      onLeftAlone: (why) => leftAlone.push(why),
    });
    deepEqual([...program.files.keys()], ['src/db.ts']);
    equal(leftAlone.length, 2);
    match(leftAlone[0] ?? '', /^src\/gone\.ts is left alone: ENOENT/);
    match(leftAlone[1] ?? '', /^The index is not kept: /);
  });
});
