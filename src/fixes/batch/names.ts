/** `name`, or `name2`, … when the file has that name already. */
export function freeName(source: string, name: string): string {
  let free = name;
  for (let number = 2; isTaken(source, free); number++) free = `${name}${number}`;
  return free;
}

/** Also by a property of that name: it may be destructured somewhere; not by a text `'users'` alone. */
export function isTaken(source: string, name: string): boolean {
  return new RegExp(`(?<![\\w$'"])${name}(?![\\w$'"])`).test(source);
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

/** `Comment`, `comments` → `comments` */
export function plural(name: string): string {
  const one = singular(name);
  return /[^aeiou]y$/.test(one) ? one.replace(/y$/, 'ies') : /(?:s|x|ch|sh)$/.test(one) ? `${one}es` : `${one}s`;
}

/** `post_id` → `PostId` */
export function pascalCase(name: string): string {
  const camel = camelCase(name);
  return camel.charAt(0).toUpperCase() + camel.slice(1);
}
