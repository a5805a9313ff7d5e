import type { Evidence, FactEvidence, TableEvidence } from '../../nouns/check';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as it may stand in HTML, also in a quoted attribute: names of tables are anybody's to choose. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

export function paragraphs(sentences: readonly string[], kind = ''): string {
  return sentences.map((sentence) => `<p${kind === '' ? '' : ` class="${kind}"`}>${escaped(sentence)}</p>`).join('');
}

export function evidenceHtml(evidence: readonly Evidence[]): string {
  const facts = evidence.filter((one) => one.kind === 'fact');
  const tables = evidence.filter((one) => one.kind === 'table');
  return factsHtml(facts) + tables.map(tableHtml).join('');
}

export function factsHtml(facts: readonly FactEvidence[]): string {
  if (facts.length === 0) return '';
  const items = facts.map(({ label, value, source }) => {
    const from = source === undefined ? '' : ` <span class="quiet">(${linked(source)})</span>`;
    return `<div><dt>${escaped(label)}</dt><dd>${escaped(value)}${from}</dd></div>`;
  });
  return `<dl>${items.join('')}</dl>`;
}

export function tableHtml({ title, columns, rows, more = 0 }: TableEvidence): string {
  if (rows.length === 0) return '';
  const kind = (i: number) => (columns[i]?.isNumber ? ' class="number"' : '');
  const head = columns.map((column, i) => `<th scope="col"${kind(i)}>${escaped(column.title)}</th>`).join('');
  const body = rows
    .map((row) => `<tr>${row.map((cell, i) => `<td${kind(i)}>${escaped(cell)}</td>`).join('')}</tr>`)
    .join('');
  const rest = more > 0 ? `<p class="quiet">and ${more.toLocaleString('en-US')} more</p>` : '';
  return `<div class="scroll" tabindex="0" role="group" aria-label="${escaped(title)}"><table><caption>${escaped(title)}</caption><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>${rest}</div>`;
}

/** A source that is an address can be followed. */
function linked(source: string): string {
  return escaped(source).replace(/https:\/\/[^\s<>"'()]+[^\s<>"'().,;]/g, (url) => `<a href="${url}">${url}</a>`);
}
