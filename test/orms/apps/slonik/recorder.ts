import { database } from './db';

export { sent } from '../support/recording-server';
export const end = async () => (await database()).end();
