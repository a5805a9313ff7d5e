import { pgp } from './db';

export { sent } from '../support/recording-server';
export const end = async () => pgp.end();
