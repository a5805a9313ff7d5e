const file = /[/\\]templates[/\\](.+\.(?:html?|djhtml|jinja2?|j2))$/i;

/** A template of Django or Jinja, by its path alone: `blog/templates/blog/list.html`. */
export function isPythonTemplate(path: string): boolean {
  return file.test(path);
}

/** `/app/blog/templates/blog/list.html` → 'blog/list.html', as views call it; undefined for another file. */
export function templateOf(uri: string): string | undefined {
  const last = uri
    .replaceAll('\\', '/')
    .split(/(?=\/templates\/)/i)
    .at(-1);
  return file.exec(last ?? '')?.[1];
}

/**
 * 'blog/list.html' → 'blog/list', the method that it is in the facts, and that people are told. 'blog/post_list.html' is
 * 'post_list': Django's own views call it without saying of which application.
 */
export function methodOf(template: string): string {
  const name = template.replace(/\.[^/]*$/, '');
  return /(?:^|\/)([^/]+_(?:list|detail))$/.exec(name)?.[1] ?? name;
}

/** What a template runs that is extended by another: all but its blocks. */
export function layoutOf(template: string): string {
  return `${methodOf(template)} around its blocks`;
}

/** Whether a text may be a template's name. */
export function isTemplateName(name: string | undefined): name is string {
  return name !== undefined && /^[^\s{}]+\.(?:html?|djhtml|jinja2?|j2)$/i.test(name);
}

/** './card.html' as 'blog/list.html' says it → 'blog/card.html' */
export function relativeTo(said: string, template: string): string {
  const folders = template.split('/').slice(0, -1);
  for (const part of said.split('/')) {
    if (part === '..') folders.pop();
    else if (part !== '.') folders.push(part);
  }
  return folders.join('/');
}
