import { supabase } from './supabase';

/** None of these is a query. */
export async function upload(file: Blob) {
  await supabase.storage.from('avatars').upload('a.png', file);
  const { data } = supabase.storage.from('avatars').getPublicUrl('a.png');
  await supabase.auth.getUser();
  return [data, Array.from([1]), Buffer.from('x')];
}
