import { createRequire } from 'node:module';
import { createClient, createPool, type VercelPool } from '@vercel/postgres';
import { RecordingSocket, recordingFetch } from '../support/recording-socket';

// Its own copy of Neon's driver.
const { neonConfig } = createRequire(require.resolve('@vercel/postgres'))('@neondatabase/serverless');
neonConfig.fetchFunction = recordingFetch;
neonConfig.webSocketConstructor = RecordingSocket;
neonConfig.useSecureWebSocket = false;
neonConfig.forceDisablePgSSL = true;
neonConfig.pipelineConnect = false;

process.env.POSTGRES_URL = 'postgres://user:secret@example-pooler.test/blog';

export const pool: VercelPool = createPool({ connectionString: process.env.POSTGRES_URL, max: 1 });
export const newClient = () => createClient({ connectionString: 'postgres://user:secret@example.test/blog' });
