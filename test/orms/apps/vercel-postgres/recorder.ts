import { sql } from '@vercel/postgres';
import { pool } from './db';

export { sent } from '../support/recording-server';
export const end = () => Promise.all([pool.end(), sql.end()]);
