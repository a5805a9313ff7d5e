import * as posts from './lib/posts';
import { supabase } from './lib/supabase';
import * as writes from './lib/writes';

const repository = new posts.PostsRepository(supabase);

/** What each function asks for, by its name. */
export const cases: readonly (readonly [name: string, run: () => PromiseLike<unknown>])[] = [
  ['listPosts', () => posts.listPosts()],
  ['publishedPosts', () => posts.publishedPosts(2)],
  ['getPost', () => posts.getPost(1)],
  ['byColumn', () => posts.byColumn(1)],
  ['withCounts', () => posts.withCounts()],
  ['discussed', () => posts.discussed()],
  ['latestComment', () => posts.latestComment()],
  ['spreadAuthor', () => posts.spreadAuthor()],
  ['search', () => posts.search(supabase, 'First')],
  ['search', () => posts.search(supabase, 'First', 'a')],
  ['nested', () => posts.nested()],
  ['drafts', () => posts.drafts(1)],
  ['among', () => posts.among([1, 2])],
  ['without', () => posts.without()],
  ['ranged', () => posts.ranged(1, 20)],
  ['overlapping', () => posts.overlapping(['a'])],
  ['fullText', () => posts.fullText('hello')],
  ['essays', () => posts.essays()],
  ['casts', () => posts.casts()],
  ['countOnly', () => posts.countOnly()],
  ['onServer', () => posts.onServer(1)],
  ['PostsRepository.find', () => repository.find(1)],
  ['PostsRepository.ofTopic', () => repository.ofTopic('sql')],
  ['PostsRepository.reviewed', () => repository.reviewed()],
  ['PostsRepository.popular', () => repository.popular(5)],
  ['PostsRepository.popularTitles', () => repository.popularTitles(5)],
  ['PostsRepository.touch', () => repository.touch(1)],
  ['addPost', () => writes.addPost('New', 1)],
  ['addSilently', () => writes.addSilently('New')],
  ['addMany', () => writes.addMany(['First'])],
  ['addReturning', () => writes.addReturning('New')],
  ['saveUser', () => writes.saveUser('ann@example.com', 'Ann')],
  ['ensureTopic', () => writes.ensureTopic('sql')],
  ['saveProfile', () => writes.saveProfile(7, 'x')],
  ['rename', () => writes.rename(1, 'New')],
  ['publish', () => writes.publish([1, 2])],
  ['remove', () => writes.remove(1)],
  ['removeOld', () => writes.removeOld('2030-01-01')],
  ['link', () => writes.link(3, 2)],
];
