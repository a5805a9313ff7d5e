/** Extensions that come with the package: `name.tar.gz` in its folder. pgcrypto is left out (1 MB; no planner support in it). */
export const loadableExtensions = [
  'bloom',
  'btree_gin',
  'btree_gist',
  'citext',
  'cube',
  'dict_int',
  'dict_xsyn',
  'earthdistance',
  'fuzzystrmatch',
  'hstore',
  'intarray',
  'isn',
  'lo',
  'ltree',
  'pg_buffercache',
  'pg_trgm',
  'seg',
  'tablefunc',
  'tsm_system_rows',
  'tsm_system_time',
  'unaccent',
  'uuid-ossp',
] as const;

/**
 * No checksums, because pages are written behind the server's back; small WAL files, because there is nothing to log.
 * ICU's rules order texts nearly as any language's locale does, where PGlite's C library compares bytes; and the planner
 * does not take a plain index for `LIKE 'abc%'` (the loader says `COLLATE "C"` where the user's database is C).
 */
export const initdbParameters = [
  '--no-data-checksums',
  '--wal-segsize=1',
  '--encoding=UTF8',
  '--locale-provider=icu',
  '--icu-locale=und',
  '--locale=en_US.UTF-8',
] as const;
