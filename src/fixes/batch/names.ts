import { mentions } from './turn-call';

/** `name`, or `name2`, … when the file has that name already. */
export function freeName(source: string, name: string): string {
  let free = name;
  for (let number = 2; mentions(source, free); number++) free = `${name}${number}`;
  return free;
}

/** `BlogPost`, `blog_post`, `blog.posts` → `blogPost`, `blogPost`, `posts` */
export function camelCase(name: string): string {
  const plain = name
    .slice(name.lastIndexOf('.') + 1)
    .replace(/[_\W]+(\w?)/g, (_, letter: string) => letter.toUpperCase());
  return plain.charAt(0).toLowerCase() + plain.slice(1);
}

/** `Comment`, `comments` → `comment` */
export function singular(name: string): string {
  return camelCase(name)
    .replace(/ies$/, 'y')
    .replace(/(?<![su])s$/, '');
}

/** `post_id` → `PostId` */
export function pascalCase(name: string): string {
  const camel = camelCase(name);
  return camel.charAt(0).toUpperCase() + camel.slice(1);
}
