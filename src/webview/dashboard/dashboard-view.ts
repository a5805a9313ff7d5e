import { defineComponent, h, onBeforeUnmount, onMounted, type PropType, shallowRef, type VNode, watch } from 'vue';
import { formatLive } from '../../guide/live/drawing/units';
import type { LiveEvent, LiveStatus, LiveView } from '../../nouns/live';
import type { ProblemReason } from '../../nouns/problem';
import type { FromDashboard } from '../messages';
import { ChartTile } from './chart-tile';
import { PanelSection } from './panel-section';
import { timeOf } from './time';

/** The whole page: how the connection is, the charts, and below them what the server says now. */
export const DashboardView = defineComponent({
  props: {
    view: { type: Object as PropType<LiveView>, default: undefined },
    send: { type: Function as PropType<(message: FromDashboard) => void>, required: true },
  },
  setup(props) {
    /** For the seconds until the next try. */
    const now = shallowRef(Date.now());
    const clock = setInterval(() => {
      now.value = Date.now();
    }, 1000);
    onBeforeUnmount(() => clearInterval(clock));
    /** The time that the mouse or the keyboard points at, in all charts. */
    const pointed = shallowRef<number>();
    const leave = () => (pointed.value = undefined);
    onMounted(() => window.addEventListener('blur', leave));
    onBeforeUnmount(() => window.removeEventListener('blur', leave));
    /** Said by a screen reader; of the status only when it changes, not each second. */
    const said = shallowRef('');
    watch(
      () => props.view?.status,
      (status, before) => {
        if (status && status.kind !== before?.kind) said.value = statusInWords(status);
      },
    );

    const header = (view: LiveView): VNode =>
      h('header', { class: `head ${view.status.kind}` }, [
        h('h1', view.database),
        h('p', { class: 'quiet' }, view.server ?? ''),
        h('p', { class: 'status' }, [
          h('span', { class: 'mark', 'aria-hidden': 'true' }, marks[view.status.kind]),
          h('span', `${statusInWords(view.status)}${untilNext(view.status, now.value)}`),
        ]),
        h('p', { class: 'ways' }, [
          view.status.kind === 'lost' ? button('Try Again Now', () => props.send({ kind: 'retry' })) : undefined,
          view.status.kind === 'lost' && view.status.reason
            ? diagnoseButton(view.status.reason, props.send)
            : undefined,
          view.status.kind === 'live' ? button('Pause', () => props.send({ kind: 'pause' })) : undefined,
          view.status.kind === 'paused' ? button('Go On', () => props.send({ kind: 'resume' })) : undefined,
          button('Export as HTML', () => props.send({ kind: 'export', format: 'html' })),
          button('Export as JSON', () => props.send({ kind: 'export', format: 'json' })),
        ]),
        eventList(view.events),
      ]);

    return () => {
      const { view } = props;
      const live = h('div', { class: 'visually-hidden', role: 'status', 'aria-live': 'polite' }, said.value);
      if (!view) return [live, h('main', [h('p', { class: 'quiet' }, 'Connecting…')])];
      return [
        live,
        header(view),
        h('main', [
          h(
            'div',
            { class: 'charts' },
            view.charts.map((chart) =>
              h(ChartTile, {
                key: chart.id,
                chart,
                samples: view.samples,
                pointed: pointed.value,
                onPoint: (at: number | undefined) => (pointed.value = at),
                onSay: (values: readonly { title: string; value: number }[], at: number) => {
                  const words = values.map(({ title, value }) => `${title} ${formatLive(value, chart.unit)}`);
                  said.value = `${timeOf(at)}: ${words.join(', ') || 'not known'}`;
                },
              }),
            ),
          ),
          h(
            'div',
            { class: 'panels' },
            view.panels.map((panel) => h(PanelSection, { key: panel.id, panel })),
          ),
        ]),
      ];
    };
  },
});

const marks: Readonly<Record<LiveStatus['kind'], string>> = { connecting: '…', live: '●', paused: '❚❚', lost: '✕' };

function statusInWords(status: LiveStatus): string {
  switch (status.kind) {
    case 'connecting':
      return 'Connecting…';
    case 'live':
      return 'Live';
    case 'paused':
      return 'Paused: nothing is asked';
    case 'lost':
      return `Lost at ${timeOf(status.since)}: ${status.says} What is shown is of before.`;
  }
}

function untilNext(status: LiveStatus, now: number): string {
  if (status.kind !== 'lost' || status.nextTryAt === undefined) return '';
  const seconds = Math.ceil((status.nextTryAt - now) / 1000);
  return seconds > 0 ? ` Next try in ${seconds} s.` : ' Trying again…';
}

function eventList(events: readonly LiveEvent[]): VNode | undefined {
  if (events.length === 0) return undefined;
  const items = events.toReversed().map(({ at, says }) => h('li', `${timeOf(at)}  ${says}`));
  return h('details', { class: 'events' }, [h('summary', `What happened (${events.length})`), h('ul', items)]);
}

function diagnoseButton(reason: ProblemReason, send: (message: FromDashboard) => void): VNode {
  return button('Find Out Why', () => send({ kind: 'diagnose', reason }));
}

function button(title: string, onClick: () => void): VNode {
  return h('button', { type: 'button', onClick }, title);
}
