import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { NoSocket, recordingFetch } from '../recorder';
import type { Database } from './database.types';

export type Client = SupabaseClient<Database>;

const url = process.env.SUPABASE_URL ?? 'http://localhost:54321';
const key = process.env.SUPABASE_ANON_KEY ?? 'anon';

export const supabase = createClient<Database>(url, key, { global: { fetch: recordingFetch }, realtime: { transport: NoSocket } });

/** As a server component asks for it. */
export async function serverClient() {
  return createClient<Database>(url, key, { global: { fetch: recordingFetch }, realtime: { transport: NoSocket } });
}
