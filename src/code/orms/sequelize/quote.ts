/** `"post_id"`; the star stays. */
export function quoted(identifier: string): string {
  return identifier === '*' ? '*' : `"${identifier.replaceAll('"', '')}"`;
}

/** `author.name` → `"author"."name"`, `Comments.user.name` → `"Comments->user"."name"` */
export function quotedPath(identifiers: string): string {
  if (!identifiers.includes('.')) return quoted(identifiers);
  const parts = identifiers.split('.');
  return `${quoted(parts.slice(0, -1).join('->'))}.${quoted(parts.at(-1) ?? '')}`;
}

/** `"people"."userProfiles"` */
export function quotedTable(of: { readonly table: string; readonly schema?: string }): string {
  return of.schema === undefined ? quoted(of.table) : `${quoted(of.schema)}.${quoted(of.table)}`;
}

export function quotedText(text: string): string {
  const escaped = text.replaceAll("'", "''");
  return text.includes('\\') ? `E'${escaped.replaceAll('\\', '\\\\')}'` : `'${escaped}'`;
}
