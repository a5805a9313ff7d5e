import { computed, defineComponent, h, type PropType, shallowRef, watch } from 'vue';
import type { FromPage, PageFix, PagePlan, PlanPage } from '../messages';
import { button, FindingList } from './finding-list';
import type { HashSteering } from './hash';
import { PlanPicture } from './plan-picture';

/** The whole page: what the plan says, its picture (or two of them), and the findings beside it. */
export const PlanView = defineComponent({
  props: {
    page: { type: Object as PropType<PlanPage>, default: undefined },
    send: { type: Function as PropType<(message: FromPage) => void>, required: true },
    steering: { type: Object as PropType<HashSteering>, required: true },
  },
  setup(props) {
    const tried = shallowRef<PageFix>();
    const said = shallowRef('');
    watch(
      () => props.page,
      (page) => {
        if (page?.tried) props.steering.reset();
        tried.value = page?.tried;
        if (page) said.value = `Plan of ${page.place}: ${page.verdict}`;
      },
      { immediate: true },
    );
    const pictures = computed<readonly PagePlan[]>(() => {
      const { page } = props;
      if (!page) return [];
      if (tried.value?.before && tried.value.after) return [tried.value.before, tried.value.after];
      return page.after ? [page.plan, page.after] : [page.plan];
    });
    const compare = (fix: PageFix) => {
      props.steering.reset();
      tried.value = fix;
      // The button stands below the pictures where the page is narrow.
      document.querySelector('.body')?.scrollTo({ top: 0 });
      said.value = `Before: ${fix.before?.summary}. After: ${fix.after?.summary}.`;
    };
    const copy = (text: string) => {
      props.send({ kind: 'copy', text });
      said.value = 'Copied.';
    };

    const header = (page: PlanPage) =>
      h('header', { class: 'head' }, [
        h('h1', page.verdict),
        h('p', { class: 'facts' }, [
          button(page.place, () => props.send({ kind: 'reveal', uri: page.uri, offset: page.offset }), {
            title: 'Go to the query in its file',
          }),
          h('span', page.target),
          page.values.length > 0 ? h('span', `with ${page.values.join(', ')}`) : undefined,
        ]),
        h('p', { class: 'ways' }, [
          button('Explain', () => props.send({ kind: 'explain', uri: page.uri, offset: page.offset, analyze: false })),
          button('Explain Analyze', () =>
            props.send({ kind: 'explain', uri: page.uri, offset: page.offset, analyze: true }),
          ),
          button('Copy plan', () => copy(page.plan.json)),
          tried.value ? button('Back to the plan', () => (tried.value = undefined)) : undefined,
        ]),
        page.notices.length > 0
          ? h(
              'ul',
              { class: 'notices' },
              page.notices.map((notice) => h('li', notice)),
            )
          : undefined,
      ]);

    const findings = (page: PlanPage) =>
      h('aside', { class: 'side', 'aria-labelledby': 'findings-title' }, [
        h('h2', { id: 'findings-title' }, `Findings (${page.findings.length})`),
        h(FindingList, {
          findings: page.findings,
          onReveal: (finding) => props.send({ kind: 'reveal', uri: page.uri, offset: finding.offset }),
          onSelectNode: (nodeId) => props.steering.select(nodeId),
          onCompare: compare,
          onCopy: copy,
        }),
      ]);

    return () => {
      const { page } = props;
      const live = h('div', { class: 'visually-hidden', role: 'status', 'aria-live': 'polite' }, said.value);
      if (!page) return [live, h('p', { class: 'quiet' }, 'There is no plan to show yet.')];
      const main = pictures.value.map((plan, index) =>
        h(PlanPicture, {
          key: `${index + 1} of ${pictures.value.length}`,
          plan,
          sql: page.sql,
          isSecond: index > 0,
          steering: props.steering,
        }),
      );
      return [
        live,
        header(page),
        h('div', { class: main.length > 1 ? 'body pair' : 'body' }, [
          h('main', { class: 'pictures' }, main),
          findings(page),
        ]),
      ];
    };
  },
});
