/** A TypeScript service of 1,000 lines, one query in every ten; another seed gives other queries. */
export function typeScriptFile(seed: number): string {
  const lines = ["import { pool } from '../db/pool';", ''];
  for (let i = 0; lines.length <= 990; i++) {
    lines.push(
      `/** Part ${i} of the report. */`,
      `export async function report${i}(author: number, options: { since?: Date; limit?: number } = {}) {`,
      '  const since = options.since ?? new Date(0);',
      `  if (author < ${i}) throw new RangeError(\`author \${author} is below ${i}\`);`,
      '  const { rows } = await pool.query(',
      `    \`${select(i, seed)}\`,`,
      '    [author, since],',
      '  );',
      '  return rows.map((row) => ({ id: Number(row.id), title: String(row.title), size: row.body?.length ?? 0 }));',
      '}',
    );
  }
  return `${lines.slice(0, 1_000).join('\n')}\n`;
}

/** 500 statements as a reporting script has them. */
export function sqlFile(seed: number): string {
  const statements = Array.from({ length: 500 }, (_, i) => `-- report ${i}\n${select(i, seed)};\n`);
  return statements.join('\n').replaceAll('$1', '17').replaceAll('$2', "'2026-01-01'");
}

function select(i: number, seed: number): string {
  const table = `posts_${seed + 100}`;
  switch (i % 3) {
    case 0:
      return `SELECT id, title, body FROM ${table} WHERE author_id = $1 AND created_at > $2 ORDER BY created_at DESC LIMIT 1${i}`;
    case 1:
      return `SELECT p.id, p.title, count(c.id) AS comments FROM ${table} p LEFT JOIN comments c ON c.post_id = p.id WHERE p.author_id = $1 AND p.created_at > $2 GROUP BY p.id LIMIT 1${i}`;
    default:
      return `WITH recent AS (SELECT * FROM ${table} WHERE created_at > $2) SELECT r.id, r.title, u.username FROM recent r JOIN users u ON u.id = r.author_id WHERE u.id = $1 AND r.status IN ('draft', 'published') LIMIT 1${i}`;
  }
}
