import { Client, neon, neonConfig, Pool } from '@neondatabase/serverless';
import { RecordingSocket, recordingFetch } from '../support/recording-socket';

neonConfig.fetchFunction = recordingFetch;
neonConfig.webSocketConstructor = RecordingSocket as never;
neonConfig.useSecureWebSocket = false;
neonConfig.forceDisablePgSSL = true;
neonConfig.pipelineConnect = false;

const url = 'postgres://user:secret@example-pooler.test/blog';

export const sql = neon(url);
export const pool = new Pool({ connectionString: url, max: 1 });
export const connect = async () => {
  const client = new Client(url);
  await client.connect();
  return client;
};
