import { CamelCasePlugin, Kysely } from 'kysely';
import { RecordingDialect } from './recorder';
import type { BlogDatabase, LegacyDatabase } from './types';

export const db = new Kysely<BlogDatabase>({
  dialect: new RecordingDialect(),
  plugins: [new CamelCasePlugin()],
});

export const legacy = new Kysely<LegacyDatabase>({ dialect: new RecordingDialect() });
