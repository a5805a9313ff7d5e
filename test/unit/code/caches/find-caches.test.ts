import assert from 'node:assert/strict';
import type { CacheUse } from '../../../../src/code/caches/cache-use';
import { findCaches } from '../../../../src/code/caches/find-caches';
import { ormCallsIn } from '../../../support/orm-calls';

async function cachesIn(files: Readonly<Record<string, string>>): Promise<CacheUse[]> {
  return findCaches((await ormCallsIn(files)).program);
}

/** `set post:* 60` */
const lines = (uses: readonly CacheUse[]) =>
  uses.map(({ does, key, lifetime, staysForEver }) =>
    [does, key, lifetime, ...(staysForEver ? ['for ever'] : [])].filter((part) => part !== undefined).join(' '),
  );

async function linesIn(text: string): Promise<string[]> {
  return lines(await cachesIn({ '/app/src/posts.ts': text }));
}

describe('caches in code', () => {
  it('are uses of redis with their keys and lifetimes', async () => {
    const found = await linesIn(`import { createClient } from 'redis';
const client = createClient({ url: process.env.REDIS_URL });
export async function post(id: string) {
  const cached = await client.get(\`post:\${id}\`);
  await client.setEx(\`post:\${id}\`, 60, '{}');
  await client.set('posts', '[]', { PX: 5000 });
  await client.set('all:' + id, '[]');
  await client.set('lock', '1', { NX: true, PX: 1000 });
  await client.del(['posts', \`post:\${id}\`]);
  await client.flushDb();
}
`);
    assert.deepEqual(found, [
      'get post:*',
      'set post:* 60',
      'set posts 5',
      'set all:* for ever',
      'delete posts',
      'delete post:*',
      'delete *',
    ]);
  });

  it('are uses of ioredis, whose lifetimes are words', async () => {
    const found = await linesIn(`import Redis from 'ioredis';
const redis = new Redis();
export async function page(n: number, seconds: number) {
  await redis.set(\`page:\${n}\`, '', 'EX', 30);
  await redis.set('front', '', 'EX', seconds);
  await redis.set('rest', '');
  await redis.set('short', '', 'PX', 500);
  await redis.unlink('rest');
}
export async function other() {
  await redis.hset('post', 'title', 'x');
  await redis.expire('post', 60);
}
`);
    assert.deepEqual(found, [
      'set page:* 30',
      'set front',
      'set rest for ever',
      'set short 0.5',
      'delete rest',
      'set post',
    ]);
  });

  it('have the lifetime with which they were made, in the unit of their library', async () => {
    const found = await linesIn(`import NodeCache from 'node-cache';
import { LRUCache } from 'lru-cache';
import Keyv from 'keyv';
import { createCache } from 'cache-manager';
import Memcached from 'memcached';
const a = new NodeCache({ stdTTL: 100 });
const b = new LRUCache({ max: 500 });
const c = new Keyv({ ttl: 60_000 });
const d = createCache();
const e = new Memcached('localhost:11211');
export async function all() {
  a.set('a', 1);
  a.set('a', 1, 10);
  b.set('b', 1);
  b.set('b', 1, { ttl: 2000 });
  await c.set('c', 1);
  await d.wrap('d', () => 1, 5000);
  e.set('e', 1, 60, () => {});
}
`);
    assert.deepEqual(found, ['set a 100', 'set a 10', 'set b', 'set b 2', 'set c 60', 'get d', 'set d 5', 'set e 60']);
  });

  it("are what calls the program's own class around one", async () => {
    const uses = await cachesIn({
      '/app/services/cache.service.js': `const redis = require('redis');
class CacheService {
  constructor() {
    this.client = redis.createClient({ url: process.env.REDIS_URL });
    this.client.connect();
  }
  async get(key) {
    const cached = await this.client.get(key);
    return cached ? JSON.parse(cached) : null;
  }
  async set(key, value, ttl = 3600) {
    await this.client.setEx(key, ttl, JSON.stringify(value));
  }
  async del(key) {
    await this.client.del(key);
  }
}
module.exports = new CacheService();
`,
      '/app/routes.js': `const cacheService = require('./services/cache.service');
router.get('/api/posts/:id', async (req, res) => {
  const cacheKey = \`post:\${req.params.id}\`;
  let post = await cacheService.get(cacheKey);
  if (!post) {
    post = await Post.findById(req.params.id);
    await cacheService.set(cacheKey, post, 600);
    await cacheService.set('last', post);
  }
  res.json(post);
});
router.put('/api/posts/:id', async (req, res) => {
  await cacheService.del(\`post:\${req.params.id}\`);
});
`,
    });
    assert.deepEqual(lines(uses), ['get post:*', 'set post:* 600', 'set last 3600', 'delete post:*']);
    assert.deepEqual(
      uses.map(({ library, inFunction }) => `${library} ${inFunction}`),
      [...Array(3).fill("redis router.get('/api/posts/:id')"), "redis router.put('/api/posts/:id')"],
    );
    assert.ok(uses[0]?.beside?.includes('findById'));
  });

  it('are injected by NestJS', async () => {
    const found = await linesIn(`import { CACHE_MANAGER } from '@nestjs/cache-manager';
import { Inject, Injectable } from '@nestjs/common';
import { Cache } from 'cache-manager';
@Injectable()
export class PostsService {
  constructor(@Inject(CACHE_MANAGER) private readonly cache: Cache) {}
  async one(id: string) {
    await this.cache.set(\`post:\${id}\`, {}, 30_000);
    await this.cache.set(\`posts\`, {});
    return this.cache.get<string>(\`post:\${id}\`);
  }
}
`);
    assert.deepEqual(found, ['set post:* 30', 'set posts', 'get post:*']);
  });

  it('are followed through functions that hand their key on twice, and to who calls and is called', async () => {
    const uses = await cachesIn({
      '/app/src/cache.ts': `import { createClient } from 'redis';
const client = createClient();
export async function get(key: string) {
  return client.get(key);
}
export async function set(key: string, value: unknown, seconds: number) {
  return client.setEx(key, seconds, JSON.stringify(value));
}
export async function through(key: string, load: () => Promise<unknown>, seconds: number) {
  const found = await get(key);
  if (found) return found;
  const value = await load();
  await set(key, value, seconds);
  return value;
}
export async function clearPost(id: string) {
  await client.del(\`post:\${id}\`);
}
`,
      '/app/src/repo.ts': `export async function findPost(id: string) {
  return { id };
}
`,
      '/app/src/posts.ts': `import { clearPost, through } from './cache';
import { findPost } from './repo';
export async function post(id: string) {
  return through(\`post:\${id}\`, () => findPost(id), 600);
}
export async function rename(id: string) {
  await clearPost(id);
}
`,
    });
    assert.deepEqual(lines(uses), ['delete post:*', 'get post:*', 'set post:* 600']);
    const [clear, , set] = uses;
    assert.deepEqual(
      clear?.callers?.map(({ path }) => path),
      ['/app/src/posts.ts'],
    );
    assert.deepEqual(
      set?.calls?.map(({ path }) => path),
      ['/app/src/cache.ts', '/app/src/repo.ts'],
    );
  });

  it('are a Map that outlives a function which looks there, waits, and puts there what it waited for', async () => {
    const found = await linesIn(`import { load } from './db';
const posts = new Map<string, unknown>();
const prices = new Map<string, { price: unknown; expiresAt: number }>();
export class Users {
  private readonly users = new Map();
  async one(id: string) {
    if (this.users.has(id)) return this.users.get(id);
    const user = await load(id);
    this.users.set(id, user);
    return user;
  }
}
export async function post(id: string) {
  if (!posts.has(id)) posts.set(id, await load(id));
  return posts.get(id);
}
export async function price(id: string) {
  const kept = prices.get(id);
  if (kept && kept.expiresAt > Date.now()) return kept.price;
  const price = await load(id);
  prices.set(id, { price, expiresAt: Date.now() + 1000 });
  return price;
}
export function rename(id: string) {
  posts.delete(id);
}
`);
    assert.deepEqual(found, [
      'get users[*]',
      'get users[*]',
      'set users[*] for ever',
      'get posts[*]',
      'set posts[*]',
      'get posts[*]',
      'get prices[*]',
      'set prices[*]',
      'delete posts[*]',
    ]);
  });

  it('are no registries, counters, groups, or what is known when the program starts', async () => {
    const found = await linesIn(`import { load } from './db';
const sockets = new Map();
const hits = new Map();
const handlers = new Map();
handlers.set('a', load);
export async function connect(id: string, socket: unknown) {
  const user = await load(id);
  if (sockets.has(user.id)) return;
  sockets.set(user.id, socket);
}
export async function count(ip: string) {
  await load(ip);
  hits.set(ip, (hits.get(ip) ?? 0) + 1);
}
export async function grouped(ids: string[]) {
  const groups = new Map();
  for (const id of ids) {
    const row = await load(id);
    if (!groups.has(id)) groups.set(id, row);
  }
  return groups;
}
export function memo(id: string) {
  if (!handlers.has(id)) handlers.set(id, String(id));
  return handlers.get(id);
}
`);
    assert.deepEqual(found, []);
  });

  it('are not what has the same names', async () => {
    const found = await linesIn(`import express from 'express';
const app = express();
const map = new Map();
export function all() {
  app.get('/', () => {});
  app.set('view', 'x');
  map.set('a', 1);
  map.delete('a');
}
`);
    assert.deepEqual(found, []);
  });
});
