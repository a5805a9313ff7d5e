import { pluralize, underscore } from 'inflection';

/** `BlogPost`, `post` → `blog_posts`, `posts` */
export function snakePlural(name: string): string {
  return pluralize(underscore(name));
}
