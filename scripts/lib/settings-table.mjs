const start = '<!-- settings: written by `npm run settings` -->';
const end = '<!-- /settings -->';

/** README.md with the table of settings as package.json has them. @returns {string} */
export function withSettings(readme, manifest) {
  const from = readme.indexOf(start);
  const to = readme.indexOf(end);
  if (from < 0 || to < from) throw new Error(`README.md lacks ${start} … ${end}`);
  return `${readme.slice(0, from + start.length)}\n\n${settingsTable(manifest)}\n\n${readme.slice(to)}`;
}

/** One row a setting: name, what it does, default. */
function settingsTable(manifest) {
  const { properties } = manifest.contributes.configuration;
  const rows = Object.entries(properties).map(([name, setting]) => {
    const sentence = setting.markdownDescription.replaceAll('\n', ' ').replaceAll('|', '\\|');
    return `| \`${name}\` | ${sentence} | \`${JSON.stringify(setting.default)}\` |`;
  });
  return ['| setting | what it does | default |', '| --- | --- | --- |', ...rows].join('\n');
}
