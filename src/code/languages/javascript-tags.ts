const handedOver =
  /\.(?:begin|savepoint|transaction)\s*\((?:\s*['"`][^'"`]{0,60}['"`]\s*,)?\s*(?:async\s*)?\(?\s*([A-Za-z_$][\w$]*)\s*(?::[^)=]{0,200})?\)?\s*=>/g;
const typed =
  /(?<![\w$.])([A-Za-z_$][\w$]*)\??\s*:\s*(?:postgres\.)?(?:Sql|ISql|TransactionSql|ReservedSql|NeonQueryFunction)\b/g;
const made =
  /(?<![\w$.])([A-Za-z_$][\w$]*)\s*(?::[\w$.<>,|[\] ]{0,200})?=\s*(?:await\s+)?(?:(?:postgres|neon)\s*\(|[\w$.]+\.reserve\s*\(\s*\))/g;

/**
 * Names that are SQL tags in this file besides the usual ones: `sql.begin(async (tx) => tx`…`)`, `(db: Sql) => db`…``,
 * `const db = postgres(url)`.
 */
export function sqlTagNames(text: string): ReadonlySet<string> {
  const names = new Set<string>();
  if (!text.includes('`')) return names;
  for (const pattern of [handedOver, typed, made]) {
    for (const match of text.matchAll(pattern)) if (match[1] !== undefined) names.add(match[1]);
  }
  names.delete('sql');
  return names;
}
