import { supabase } from './supabase';

export async function addPost(title: string, author: number) {
  const { data, error } = await supabase.from('posts').insert({ title, author_id: author, published: false }).select().single();
  if (error) throw error;
  return data;
}

export const addSilently = (title: string) => supabase.from('posts').insert({ title, author_id: 1 });

export const addMany = (bodies: string[]) =>
  supabase.from('comments').insert([
    { body: bodies[0], post_id: 1 },
    { body: 'Second', post_id: 1 },
  ]);

export const addReturning = (title: string) => supabase.from('posts').insert({ title, author_id: 1 }).select('id, author:users!posts_author_id_fkey(name)');

export async function saveUser(email: string, name: string | null) {
  return supabase.from('users').upsert({ email, name }, { onConflict: 'email' }).select('id');
}

export const ensureTopic = (name: string) => supabase.from('topics').upsert({ name }, { onConflict: 'name', ignoreDuplicates: true });

export const saveProfile = (id: number, bio: string) => supabase.from('topics').upsert({ id, name: bio });

export const rename = (id: number, title: string) => supabase.from('posts').update({ title }).eq('id', id);

export const publish = (ids: number[]) => supabase.from('posts').update({ published: true, views: 0 }).in('id', ids).select('id, title');

export const remove = (id: number) => supabase.from('comments').delete().eq('id', id);

export const removeOld = (before: string) => supabase.from('comments').delete({ count: 'exact' }).lt('created_at', before).is('user_id', null).select('id');

export async function link(post: number, topic: number) {
  const row = { post_id: post, topic_id: topic };
  await supabase.from('posts_topics').insert(row);
  const { count } = await supabase.from('posts_topics').select('*', { count: 'exact', head: true }).eq('topic_id', topic);
  return count;
}
