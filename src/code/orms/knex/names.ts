/** What a knex instance does to a name before it is quoted: `createdAt` → `created_at`. */
export type NameMapper = (name: string) => string;

export const sameName: NameMapper = (name) => name;

/** As objection's knexSnakeCaseMappers do it, which map what stands behind the last `:` only: `author:firstName` → `author:first_name`. */
export const snakeCaseName: NameMapper = (name) => {
  const start = name.lastIndexOf(':') + 1;
  return name.slice(0, start) + snakeCase(name.slice(start));
};

/** `createdAt` → `created_at`, `fooBAR` → `foo_bar` */
export function snakeCase(name: string): string {
  return [...name]
    .map((char, i) => {
      if (!isUpper(char)) return char;
      const before = name[i - 1];
      return i === 0 || (before !== undefined && isUpper(before)) ? char.toLowerCase() : `_${char.toLowerCase()}`;
    })
    .join('');
}

function isUpper(char: string): boolean {
  return char === char.toUpperCase() && char !== char.toLowerCase();
}

/** `p.title as postTitle` → `"p"."title" as "postTitle"`; each part goes through the mapper. */
export function quotedName(name: string, map: NameMapper): string {
  const alias = / as /i.exec(name);
  if (alias) {
    const behind = name.slice(alias.index + alias[0].length);
    return `${quotedName(name.slice(0, alias.index), map)} as ${quotedPart(behind, map)}`;
  }
  return name
    .split('.')
    .map((part) => quotedPart(part, map))
    .join('.');
}

/** One name without dots; `*` and an index stay as they are: `tags[1]` → `"tags"[1]`. */
export function quotedPart(part: string, map: NameMapper): string {
  const mapped = map(part.trim());
  if (mapped === '*') return mapped;
  const [, name = mapped, index = ''] = /^(.*?)(\[\d+\])$/.exec(mapped) ?? [];
  return `"${name.replaceAll('"', '""')}"${index}`;
}
