import './icons';
import '@fortawesome/fontawesome-svg-core/styles.css';
import 'bootstrap/dist/css/bootstrap.min.css';
import 'pev2/dist/pev2.css';
import './plan.css';
import { createApp, h, shallowRef } from 'vue';
import { type FromPage, isPlanPage, type PlanPage, type ToPage } from '../messages';
import { HashSteering } from './hash';
import { drawPicture } from './picture';
import { PlanView } from './plan-view';
import { followTheme } from './theme';

interface Host {
  postMessage(message: FromPage): void;
  getState(): unknown;
  setState(state: PlanPage): void;
}

declare const acquireVsCodeApi: () => Host;

export { drawPicture };

/** The page loads this module a second time, as `plan.js?second`, for the second picture's own store. */
function start(): void {
  const host = acquireVsCodeApi();
  const send = (message: FromPage) => host.postMessage(message);
  window.addEventListener('error', (event) => send({ kind: 'failed', message: event.message }));
  window.addEventListener('unhandledrejection', (event) => send({ kind: 'failed', message: String(event.reason) }));
  followTheme();
  const steering = new HashSteering();
  steering.start();
  const saved = host.getState();
  const page = shallowRef<PlanPage | undefined>(isPlanPage(saved) ? saved : undefined);
  window.addEventListener('message', (event: MessageEvent<ToPage>) => {
    if (event.data?.kind !== 'show') return;
    page.value = event.data.page;
    host.setState(event.data.page);
  });
  const app = createApp({ render: () => h(PlanView, { page: page.value, send, steering }) });
  app.config.errorHandler = (error) => send({ kind: 'failed', message: String(error) });
  app.mount('#planlight');
  send({ kind: 'ready' });
}

if (!import.meta.url.includes('second')) start();
