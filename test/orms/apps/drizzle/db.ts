import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import { drizzle as drizzleNeon } from 'drizzle-orm/neon-http';
import { recordingClient, recordingNeon } from './recorder';
import * as schema from './schema';
import { customers, invoices } from './schema/shop';

export const db = drizzle(recordingClient as any, { schema });
export type Database = NodePgDatabase<typeof schema>;
export type Transaction = Parameters<Parameters<Database['transaction']>[0]>[0];

export const shop = drizzle({ client: recordingClient as any, schema: { customers, invoices }, casing: 'snake_case' });

export const edge = drizzleNeon(recordingNeon as any, { schema });
