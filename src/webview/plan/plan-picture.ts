import { defineComponent, h, onBeforeUnmount, onMounted, type PropType, shallowRef, watch } from 'vue';
import type { PagePlan } from '../messages';
import type { HashSteering } from './hash';
import { type DrawPicture, drawPicture, type Picture } from './picture';

/** Modules are cached by their address, so this is another store than ours, and the same one each time. */
async function drawSecond(): Promise<DrawPicture> {
  const url = new URL(import.meta.url);
  url.searchParams.set('second', '');
  const module: { drawPicture: DrawPicture } = await import(url.href);
  return module.drawPicture;
}

/** One plan as pev2 draws it. `isSecond`: beside another one. */
export const PlanPicture = defineComponent({
  props: {
    plan: { type: Object as PropType<PagePlan>, required: true },
    sql: { type: String, required: true },
    isSecond: { type: Boolean, default: false },
    steering: { type: Object as PropType<HashSteering>, required: true },
  },
  setup(props) {
    const place = shallowRef<HTMLElement>();
    let picture: Picture | undefined;
    let gone = false;
    let unshield: (() => void) | undefined;
    onMounted(async () => {
      const draw = props.isSecond ? await drawSecond() : drawPicture;
      if (gone || !place.value) return;
      if (props.isSecond) unshield = props.steering.shieldSecond();
      picture = draw(place.value, { json: props.plan.json, sql: props.sql });
    });
    watch(
      () => [props.plan.json, props.sql],
      () => picture?.show({ json: props.plan.json, sql: props.sql }),
    );
    onBeforeUnmount(() => {
      gone = true;
      picture?.remove();
      unshield?.();
    });
    return () =>
      h('section', { class: 'picture', 'aria-label': `${props.plan.title}: ${props.plan.summary}` }, [
        h('h2', { class: 'picture-title' }, [props.plan.title, h('span', { class: 'summary' }, props.plan.summary)]),
        h('div', { class: 'picture-place', ref: place }),
      ]);
  },
});
