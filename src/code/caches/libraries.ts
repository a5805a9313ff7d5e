/** How one library's cache is used. */
export interface CacheLibrary {
  readonly library: string;
  readonly packages: RegExp;
  readonly gets: RegExp;
  readonly sets: RegExp;
  readonly deletes: RegExp;
  /** Throws all away. */
  readonly clears: RegExp;
  /** Gets it, or sets what a function gives: `wrap(key, load, ttl)`; with the argument that is its lifetime. */
  readonly wraps?: { readonly name: RegExp; readonly lifetime: number };
  /** How many seconds one unit of a lifetime has. */
  readonly unit: number;
  /** Where a `set` has its lifetime: an argument, or a name in an options object. */
  readonly lifetime: { readonly argument?: number; readonly options?: readonly string[] };
  /** Of the constructor's options: the lifetime of what is set without one. */
  readonly default?: readonly string[];
  /** It throws the oldest away when it is full, whatever its lifetime. */
  readonly isBounded?: true;
}

const redisNames = {
  gets: /^(?:get|mget|mGet|getex|getEx|hget|hGet|hgetall|hGetAll|hmget|hmGet)$/,
  sets: /^(?:set|setex|setEx|SETEX|psetex|pSetEx|setnx|setNX|mset|mSet|hset|hSet|hmset)$/,
  deletes: /^(?:del|unlink|hdel|hDel|getdel|getDel)$/,
  clears: /^(?:flushdb|flushDb|flushall|flushAll)$/,
  unit: 1,
};

/** By what their documentation says of version and unit. */
export const cacheLibraries: readonly CacheLibrary[] = [
  {
    library: 'redis',
    packages: /^(?:redis|@redis\/client|@upstash\/redis|@vercel\/kv)$/,
    ...redisNames,
    lifetime: { options: ['EX', 'ex', 'PX', 'px', 'EXAT', 'PXAT', 'expiration'] },
  },
  {
    library: 'ioredis',
    packages: /^(?:ioredis|ioredis-mock|iovalkey|@nestjs-modules\/ioredis|@liaoliaots\/nestjs-redis)$/,
    ...redisNames,
    lifetime: {},
  },
  {
    library: 'node-cache',
    packages: /^node-cache$/,
    gets: /^(?:get|mget|take)$/,
    sets: /^(?:set|mset)$/,
    deletes: /^del$/,
    clears: /^flushAll$/,
    unit: 1,
    lifetime: { argument: 2 },
    default: ['stdTTL'],
  },
  {
    library: 'lru-cache',
    packages: /^(?:lru-cache|quick-lru|tiny-lru|mnemonist)$/,
    gets: /^(?:get|fetch|peek)$/,
    sets: /^set$/,
    deletes: /^(?:delete|del)$/,
    clears: /^(?:clear|reset)$/,
    unit: 0.001,
    lifetime: { argument: 2, options: ['ttl', 'maxAge'] },
    default: ['ttl', 'maxAge'],
    isBounded: true,
  },
  {
    library: 'keyv',
    packages: /^(?:keyv|cacheable)$/,
    gets: /^(?:get|getMany)$/,
    sets: /^set$/,
    deletes: /^(?:delete|deleteMany)$/,
    clears: /^clear$/,
    unit: 0.001,
    lifetime: { argument: 2 },
    default: ['ttl'],
  },
  {
    // Lifetimes are in ms since version 5.
    library: 'cache-manager',
    packages: /^(?:cache-manager|@nestjs\/cache-manager)$/,
    gets: /^(?:get|mget)$/,
    sets: /^(?:set|mset)$/,
    deletes: /^(?:del|mdel)$/,
    clears: /^(?:clear|reset)$/,
    wraps: { name: /^wrap$/, lifetime: 2 },
    unit: 0.001,
    lifetime: { argument: 2, options: ['ttl'] },
    default: ['ttl'],
  },
  {
    library: 'memcached',
    packages: /^(?:memcached|memjs)$/,
    gets: /^(?:get|getMulti)$/,
    sets: /^(?:set|add|replace)$/,
    deletes: /^(?:del|delete)$/,
    clears: /^flush$/,
    unit: 1,
    lifetime: { argument: 2, options: ['expires'] },
  },
];
