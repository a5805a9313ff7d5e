import pgPromise, { type IDatabase, type IMain, type ITask } from 'pg-promise';
import { url } from '../support/recording-server';

export const pgp: IMain = pgPromise({ noWarnings: true });
export const db: IDatabase<unknown> = pgp(url);
export type Task = ITask<unknown>;
