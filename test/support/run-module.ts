/** A program that is written in the test, run with these modules and variables: what it exports. */
export function runModule<T>(
  code: string,
  modules: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, string>>,
): T {
  const module = { exports: {} };
  new Function('require', 'module', 'process', code)((name: string) => modules[name], module, { env });
  return module.exports as T;
}
