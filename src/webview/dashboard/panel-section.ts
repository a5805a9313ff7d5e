import { type FunctionalComponent, h, type VNode } from 'vue';
import type { TableEvidence } from '../../nouns/check';
import type { BlockNode, LivePanel } from '../../nouns/live';

/** Longer texts of a cell are folded. */
const shortText = 140;

/** What the server says now about one thing: facts, tables, or who blocks whom. */
export const PanelSection: FunctionalComponent<{ readonly panel: LivePanel }> = ({ panel }) => {
  const { id, title, notes, facts = [], tables = [], tree = [] } = panel;
  return h('section', { class: `panel ${id}`, 'aria-labelledby': `panel-${id}` }, [
    h('h2', { id: `panel-${id}` }, title),
    ...notes.map((note) => h('p', { class: 'quiet' }, note)),
    facts.length === 0
      ? undefined
      : h(
          'dl',
          facts.map(({ label, value, source }) =>
            h('div', [
              h('dt', label),
              h('dd', [value, source === undefined ? undefined : h('span', { class: 'quiet' }, ` (${source})`)]),
            ]),
          ),
        ),
    tree.length === 0 ? undefined : h('ul', { class: 'tree' }, tree.map(blockItem)),
    tables.length === 0 ? undefined : h('div', { class: 'tables' }, tables.map(tableOf)),
  ]);
};
PanelSection.props = ['panel'];

function blockItem({ who, says, query, waiters }: BlockNode): VNode {
  return h('li', [
    h('p', [h('strong', who), ` ${says}`]),
    query === undefined ? undefined : h('p', [h('code', [text(query)])]),
    waiters.length === 0 ? undefined : h('ul', waiters.map(blockItem)),
  ]);
}

function tableOf({ title, columns, rows, more = 0 }: TableEvidence): VNode {
  const kind = (i: number) => ({ class: columns[i]?.isNumber ? 'number' : undefined });
  return h('div', { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': title }, [
    h('table', [
      h('caption', title),
      h('thead', [
        h(
          'tr',
          columns.map((column, i) => h('th', { scope: 'col', ...kind(i) }, column.title)),
        ),
      ]),
      h(
        'tbody',
        rows.map((row) =>
          h(
            'tr',
            row.map((cell, i) => h('td', kind(i), [text(cell)])),
          ),
        ),
      ),
    ]),
    more > 0 ? h('p', { class: 'quiet' }, `and ${more.toLocaleString('en-US')} more`) : undefined,
  ]);
}

function text(content: string): VNode | string {
  if (content.length <= shortText) return content;
  return h('details', [h('summary', `${content.slice(0, shortText)}…`), content]);
}
