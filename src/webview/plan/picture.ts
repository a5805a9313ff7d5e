import { Plan } from 'pev2';
import { createApp, h, shallowReactive } from 'vue';

export interface PictureContent {
  /** EXPLAIN's JSON as text. */
  readonly json: string;
  readonly sql: string;
}

export interface Picture {
  show(content: PictureContent): void;
  remove(): void;
}

export type DrawPicture = (element: Element, content: PictureContent) => Picture;

/** pev2 keeps its plan in one store for each time its module is loaded: one picture at a time from each. */
export const drawPicture: DrawPicture = (element, content) => {
  const props = shallowReactive({ planSource: content.json, planQuery: content.sql });
  const app = createApp({ render: () => h(Plan, props) });
  app.mount(element);
  return {
    show: ({ json, sql }) => Object.assign(props, { planSource: json, planQuery: sql }),
    remove: () => app.unmount(),
  };
};
