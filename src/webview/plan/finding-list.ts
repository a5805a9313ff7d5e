import { type FunctionalComponent, h, type VNode } from 'vue';
import type { PageFinding, PageFix } from '../messages';

interface FindingListProps {
  readonly findings: readonly PageFinding[];
  readonly onReveal: (finding: PageFinding) => void;
  readonly onSelectNode: (nodeId: number) => void;
  readonly onCompare: (fix: PageFix) => void;
  readonly onCopy: (sql: string) => void;
}

const severityNames: Record<PageFinding['severity'], string> = {
  error: 'Error',
  warning: 'Warning',
  info: 'Information',
  hint: 'Hint',
};

/** What is wrong, with the ways to the node, to the source line, and to the plan with the fix. */
export const FindingList: FunctionalComponent<FindingListProps> = (props) => {
  if (props.findings.length === 0) return h('p', { class: 'quiet' }, 'Nothing was found to be wrong with this query.');
  return h(
    'ol',
    { class: 'findings' },
    props.findings.map((finding) => findingItem(finding, props)),
  );
};
FindingList.props = ['findings', 'onReveal', 'onSelectNode', 'onCompare', 'onCopy'];

function findingItem(finding: PageFinding, props: FindingListProps): VNode {
  const { nodeId } = finding;
  return h('li', { class: `finding ${finding.severity}` }, [
    h('p', { class: 'message' }, [
      h('span', { class: 'severity' }, `${severityNames[finding.severity]}, ${finding.confidence}`),
      finding.message,
    ]),
    h('p', { class: 'ways' }, [
      nodeId === undefined ? undefined : button(`Node #${nodeId + 1}`, () => props.onSelectNode(nodeId)),
      button('Go to source', () => props.onReveal(finding)),
    ]),
    ...finding.fixes.map((fix) => fixBlock(fix, props)),
  ]);
}

function fixBlock(fix: PageFix, props: FindingListProps): VNode {
  const { sql } = fix;
  return h('div', { class: 'fix' }, [
    h('p', { class: 'fix-title' }, fix.title),
    sql === undefined ? undefined : h('pre', { tabindex: 0, 'aria-label': 'Statement' }, sql),
    ...(fix.facts ?? []).map((fact) => h('p', { class: 'fact' }, fact)),
    h('p', { class: 'ways' }, [
      fix.after && fix.before ? button('Show the plan with this index', () => props.onCompare(fix)) : undefined,
      sql === undefined ? undefined : button('Copy', () => props.onCopy(sql)),
    ]),
  ]);
}

export function button(title: string, onClick: () => void, more: Record<string, unknown> = {}): VNode {
  return h('button', { type: 'button', class: 'way', onClick, ...more }, title);
}
