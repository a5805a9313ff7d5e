/** File name endings that Planlight reads, with VS Code's language identifier. */
const languages: Readonly<Record<string, string>> = {
  sql: 'sql',
  js: 'javascript',
  mjs: 'javascript',
  cjs: 'javascript',
  jsx: 'javascriptreact',
  ts: 'typescript',
  mts: 'typescript',
  cts: 'typescript',
  tsx: 'typescriptreact',
  vue: 'vue',
  svelte: 'svelte',
  py: 'python',
  rb: 'ruby',
  rake: 'ruby',
  go: 'go',
  java: 'java',
  php: 'php',
  cs: 'csharp',
  rs: 'rust',
};

/** `src/posts.service.ts` → 'typescript'; undefined for a file that cannot hold a query site. */
export function languageOf(path: string): string | undefined {
  const ending = /\.([a-z]+)$/i.exec(path)?.[1]?.toLowerCase();
  return ending === undefined || /\.d\.[cm]?ts$/i.test(path) ? undefined : languages[ending];
}
