/** `'a'`, `"""a"""`, `r'a'` → a. Escapes of one letter are resolved. */
export function stringLiteral(text: string): string {
  const [, prefix = '', , inner = ''] = /^([a-zA-Z]*)('''|"""|'|")(.*)\2$/s.exec(text) ?? [];
  if (/r/i.test(prefix)) return inner;
  return inner.replace(/\\(\n|.)/gs, (whole, letter: string) => escapes[letter] ?? whole);
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  "'": "'",
  '"': '"',
  '\\': '\\',
  '\n': '',
};
