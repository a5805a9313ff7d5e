import { type Client, serverClient, supabase } from './supabase';

export async function listPosts() {
  const { data, error } = await supabase.from('posts').select('*');
  if (error) throw error;
  return data;
}

export function publishedPosts(page: number, perPage = 10) {
  return supabase
    .from('posts')
    .select('id, title, created_at', { count: 'exact' })
    .eq('published', true)
    .order('created_at', { ascending: false })
    .range(page * perPage, page * perPage + perPage - 1);
}

export async function getPost(id: number) {
  const { data } = await supabase
    .from('posts')
    .select('*, author:users!posts_author_id_fkey(id, name), comments(id, body, user:users(name)), topics(name)')
    .eq('id', id)
    .single();
  return data;
}

export const byColumn = (id: number) => supabase.from('posts').select('title, author:author_id(name, profiles(bio))').eq('id', id).maybeSingle();

export const withCounts = () => supabase.from('posts').select('id, comments(count)').order('id');

export const discussed = () => supabase.from('posts').select('id, title, comments!inner(id)').gt('comments.created_at', '2020-01-01').limit(5);

export const latestComment = () =>
  supabase
    .from('posts')
    .select('id, comments(body, created_at)')
    .order('created_at', { referencedTable: 'comments', ascending: false })
    .limit(1, { referencedTable: 'comments' });

export const spreadAuthor = () => supabase.from('comments').select('body, ...posts(post_title:title)');

export async function search(client: Client, text: string, tag?: string) {
  let query = client.from('posts').select('id, title').or(`title.ilike.%${text}%,content.ilike.%${text}%`);
  if (tag) query = query.contains('tags', [tag]);
  const { data } = await query.order('views', { ascending: false, nullsFirst: false }).limit(20);
  return data ?? [];
}

export const nested = () => supabase.from('posts').select('id').or('and(published.is.true,views.gt.10),and(published.is.false,views.not.lt.5)');

export const drafts = (author: number) => supabase.from('posts').select('id').match({ author_id: author, published: false }).is('reviewer_id', null);

export const among = (ids: number[]) => supabase.from('posts').select('id, title').in('id', ids).neq('views', 0);

export const without = () => supabase.from('posts').select('id').not('reviewer_id', 'is', null).not('id', 'in', '(1,2)').filter('views', 'gte', 5);

export const ranged = (low: number, high: number) => supabase.from('posts').select('id').gte('views', low).lte('views', high).lt('id', 100).like('title', 'F%');

export const overlapping = (tags: string[]) => supabase.from('posts').select('id').overlaps('tags', tags).containedBy('tags', ['a', 'b', 'c']);

export const fullText = (words: string) => supabase.from('posts').select('id').textSearch('content', words, { type: 'websearch', config: 'english' });

export const essays = () => supabase.from('posts').select('id, kind:meta->>kind, meta->size').eq('meta->>kind', 'essay');

export const casts = () => supabase.from('posts').select('id::text, published, views.sum(), views.max()');

export const countOnly = () => supabase.from('posts').select('*', { count: 'exact', head: true }).eq('published', true);

export async function onServer(id: number) {
  const client = await serverClient();
  const { data } = await client.from('users').select('email, posts!posts_author_id_fkey(title, comments(body))').eq('id', id).single();
  return data;
}

export class PostsRepository {
  constructor(private readonly client: Client) {}

  async find(id: number) {
    return this.client.from('posts').select().eq('id', id).single();
  }

  async ofTopic(name: string) {
    return this.client.from('topics').select('name, posts(id, title)').eq('name', name).eq('posts.published', true);
  }

  reviewed() {
    return this.client.from('posts').select('id, reviewer:users!reviewer_id!inner(email)').eq('reviewer.email', 'ben@example.com');
  }

  popular(least: number) {
    return this.client.rpc('popular_posts', { min_views: least });
  }

  popularTitles(least: number) {
    return this.client.rpc('popular_posts', { min_views: least }).select('title').gt('views', 1).order('views', { ascending: false }).limit(3);
  }

  touch(post: number) {
    return this.client.rpc('touch_post', { post });
  }
}
