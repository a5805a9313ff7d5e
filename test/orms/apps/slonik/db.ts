import { createPool, type DatabasePool } from 'slonik';
import { url } from '../support/recording-server';

let pool: Promise<DatabasePool> | undefined;

export function database(): Promise<DatabasePool> {
  pool ??= createPool(url, { maximumPoolSize: 1, captureStackTrace: false, typeParsers: [] });
  return pool;
}
