import sql from './db';

export { sent } from '../support/recording-server';
export const end = () => sql.end({ timeout: 0 });
