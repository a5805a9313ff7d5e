import { pool } from './db';

export { sent } from '../support/recording-server';
export const end = () => pool.end();
