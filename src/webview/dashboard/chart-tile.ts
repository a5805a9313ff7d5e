import { computed, defineComponent, h, onBeforeUnmount, type PropType, shallowRef, type VNode, watch } from 'vue';
import { type ChartDrawing, drawChart } from '../../guide/live/drawing/geometry';
import { chartInWords, lastValue } from '../../guide/live/drawing/summary';
import { formatLive } from '../../guide/live/drawing/units';
import type { LiveChart, LiveSample } from '../../nouns/live';
import { timeOf } from './time';

const height = 150;
/** Rows of the table behind a chart; an hour of them nobody reads. */
const listed = 60;

/** One chart with its legend, and its numbers as a table behind it. */
export const ChartTile = defineComponent({
  props: {
    chart: { type: Object as PropType<LiveChart>, required: true },
    samples: { type: Array as PropType<readonly LiveSample[]>, required: true },
    /** In ms. */
    pointed: { type: Number, default: undefined },
    onPoint: { type: Function as PropType<(at: number | undefined) => void>, required: true },
    /** The values at a time that the keyboard went to. */
    onSay: {
      type: Function as PropType<(values: { title: string; value: number }[], at: number) => void>,
      required: true,
    },
  },
  setup(props) {
    const place = shallowRef<HTMLElement>();
    const width = shallowRef(360);
    const isOpen = shallowRef(false);
    const observer = new ResizeObserver(([entry]) => {
      if (entry && entry.contentRect.width > 0) width.value = Math.round(entry.contentRect.width);
    });
    // The place of the picture comes and goes with what can be seen.
    watch(place, (now, before) => {
      if (before) observer.unobserve(before);
      if (now) observer.observe(now);
    });
    onBeforeUnmount(() => observer.disconnect());
    const drawing = computed(() => drawChart(props.chart, props.samples, { width: width.value, height }));
    const pointed = computed(() => (props.pointed === undefined ? undefined : nearest(props.samples, props.pointed)));

    const pointAt = (event: PointerEvent) => {
      const { area, from, to } = drawing.value;
      const box = place.value?.getBoundingClientRect();
      if (!box) return;
      const share = (event.clientX - box.left - area.left) / (area.right - area.left);
      props.onPoint(share < 0 || share > 1 ? undefined : from + share * (to - from));
    };
    const onKey = (event: KeyboardEvent) => {
      const { samples, chart } = props;
      const step = steps[event.key];
      if (event.key === 'Escape') props.onPoint(undefined);
      if (step === undefined || samples.length === 0) return;
      event.preventDefault();
      const at = pointed.value ? samples.indexOf(pointed.value) : samples.length - 1;
      const sample = samples[Math.min(samples.length - 1, Math.max(0, at + step))];
      if (!sample) return;
      props.onPoint(sample.at);
      props.onSay(
        chart.series.flatMap(({ key, title }) => {
          const value = sample.values[key];
          return value === undefined ? [] : [{ title, value }];
        }),
        sample.at,
      );
    };

    return () => {
      const { chart, samples } = props;
      const id = `chart-${chart.id}`;
      const head = [h('h2', { id }, chart.title), h('p', { class: 'quiet about' }, chart.about)];
      if (chart.missing !== undefined && chart.series.every(({ key }) => lastValue(samples, key) === undefined)) {
        return h('section', { class: 'tile', 'aria-labelledby': id }, [
          ...head,
          h('p', { class: 'missing' }, chart.missing),
        ]);
      }
      return h('section', { class: 'tile', 'aria-labelledby': id }, [
        ...head,
        chart.missing === undefined ? undefined : h('p', { class: 'missing' }, chart.missing),
        legend(chart, samples, pointed.value),
        h(
          'div',
          {
            ref: place,
            class: 'plot',
            tabindex: 0,
            role: 'application',
            'aria-roledescription': 'chart',
            'aria-label': `${chartInWords(chart, samples)} Left and right arrows go through the values.`,
            onPointermove: pointAt,
            onPointerleave: () => props.onPoint(undefined),
            onKeydown: onKey,
          },
          [picture(drawing.value, width.value, pointed.value)],
        ),
        h('details', { onToggle: (event: Event) => (isOpen.value = (event.target as HTMLDetailsElement).open) }, [
          h('summary', 'Values'),
          isOpen.value ? valuesTable(chart, samples) : undefined,
        ]),
      ]);
    };
  },
});

const steps: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  PageUp: -10,
  PageDown: 10,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};

function nearest(samples: readonly LiveSample[], at: number): LiveSample | undefined {
  let best: LiveSample | undefined;
  for (const sample of samples) {
    if (!best || Math.abs(sample.at - at) < Math.abs(best.at - at)) best = sample;
  }
  return best;
}

function legend({ series, unit }: LiveChart, samples: readonly LiveSample[], pointed: LiveSample | undefined): VNode {
  const items = series.map(({ key, title }, i) => {
    const value = pointed ? pointed.values[key] : lastValue(samples, key);
    return h('li', [
      h('svg', { class: `s${i}`, width: 24, height: 8, 'aria-hidden': 'true' }, [
        h('line', { class: 'line', x1: 0, x2: 24, y1: 4, y2: 4 }),
      ]),
      h('span', title),
      h('strong', value === undefined ? '–' : formatLive(value, unit)),
    ]);
  });
  return h('ul', { class: 'legend' }, [
    ...items,
    pointed ? h('li', { class: 'quiet' }, timeOf(pointed.at)) : undefined,
  ]);
}

function picture(drawing: ChartDrawing, width: number, pointed: LiveSample | undefined): VNode {
  const { area, ticks, threshold, gaps, lines, from, to } = drawing;
  const x = pointed && area.left + ((pointed.at - from) / (to - from)) * (area.right - area.left);
  const text = (content: string, place: Record<string, unknown>) => h('text', place, content);
  return h('svg', { width, height, viewBox: `0 0 ${width} ${height}`, 'aria-hidden': 'true' }, [
    ...gaps.map((gap) =>
      h('rect', { class: 'gap', x: gap.from, width: gap.to - gap.from, y: area.top, height: area.bottom - area.top }),
    ),
    ...ticks.flatMap(({ y, label }) => [
      h('line', { class: 'grid', x1: area.left, x2: area.right, y1: y, y2: y }),
      text(label, { x: area.left - 6, y: y + 4, 'text-anchor': 'end' }),
    ]),
    ...(threshold
      ? [
          h('line', { class: 'threshold', x1: area.left, x2: area.right, y1: threshold.y, y2: threshold.y }),
          text(threshold.label, { x: area.right, y: threshold.y - 3, 'text-anchor': 'end' }),
        ]
      : []),
    ...lines.flatMap(({ path, dots }, i) => [
      path === '' ? undefined : h('path', { class: `line s${i}`, d: path }),
      ...dots.map((dot) => h('circle', { class: `dot s${i}`, cx: dot.x, cy: dot.y, r: 2.5 })),
    ]),
    x === undefined ? undefined : h('line', { class: 'pointer', x1: x, x2: x, y1: area.top, y2: area.bottom }),
    ...(to > 0
      ? [
          text(timeOf(from), { x: area.left, y: height - 4 }),
          text(timeOf(to), { x: area.right, y: height - 4, 'text-anchor': 'end' }),
        ]
      : []),
  ]);
}

function valuesTable({ title, series, unit }: LiveChart, samples: readonly LiveSample[]): VNode {
  const rows = samples.slice(-listed).reverse();
  return h('div', { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': `Values of ${title}` }, [
    h('table', [
      h('thead', [
        h('tr', [
          h('th', { scope: 'col' }, 'Time'),
          ...series.map((one) => h('th', { scope: 'col', class: 'number' }, one.title)),
        ]),
      ]),
      h(
        'tbody',
        rows.map(({ at, values }) =>
          h('tr', { key: at }, [
            h('th', { scope: 'row' }, timeOf(at)),
            ...series.map(({ key }) => {
              const value = values[key];
              return h('td', { class: 'number' }, value === undefined ? '–' : formatLive(value, unit));
            }),
          ]),
        ),
      ),
    ]),
  ]);
}
