// Writes README.md's table of settings from package.json; `--check` only compares and exits 1 when they differ.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('../', import.meta.url);
const START = '<!-- settings: written by `npm run settings` -->';
const END = '<!-- /settings -->';

/** One row a setting: name, what it does, default. */
export function settingsTable(manifest) {
  const { properties } = manifest.contributes.configuration;
  const rows = Object.entries(properties).map(([name, setting]) => {
    const sentence = (setting.markdownDescription ?? setting.description).replaceAll('\n', ' ').replaceAll('|', '\\|');
    return `| \`${name}\` | ${sentence} | \`${JSON.stringify(setting.default)}\` |`;
  });
  return ['| setting | what it does | default |', '| --- | --- | --- |', ...rows].join('\n');
}

export function withSettings(readme, table) {
  const start = readme.indexOf(START);
  const end = readme.indexOf(END);
  if (start < 0 || end < start) throw new Error(`README.md lacks ${START} … ${END}`);
  return `${readme.slice(0, start + START.length)}\n${table}\n${readme.slice(end)}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const manifest = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
  const readme = readFileSync(new URL('README.md', root), 'utf8');
  const wanted = withSettings(readme, settingsTable(manifest));
  if (process.argv.includes('--check')) {
    if (wanted !== readme) {
      console.error('README.md and package.json disagree on the settings: run npm run settings');
      process.exit(1);
    }
  } else writeFileSync(new URL('README.md', root), wanted);
}
