import './dashboard.css';
import { createApp, h, shallowRef } from 'vue';
import type { LiveView } from '../../nouns/live';
import type { FromDashboard, ToDashboard } from '../messages';
import { DashboardView } from './dashboard-view';

interface Host {
  postMessage(message: FromDashboard): void;
}

declare const acquireVsCodeApi: () => Host;

const host = acquireVsCodeApi();
const send = (message: FromDashboard) => host.postMessage(message);
window.addEventListener('error', (event) => send({ kind: 'failed', message: event.message }));
window.addEventListener('unhandledrejection', (event) => send({ kind: 'failed', message: String(event.reason) }));

const view = shallowRef<LiveView>();
window.addEventListener('message', ({ data }: MessageEvent<ToDashboard>) => {
  if (data?.kind === 'view') view.value = data.view;
  if (data?.kind === 'step' && view.value) {
    const samples = [...view.value.samples.filter(({ at }) => at >= data.from), ...data.samples];
    view.value = { ...data.view, samples };
  }
});

const app = createApp({ render: () => h(DashboardView, { view: view.value, send }) });
app.config.errorHandler = (error) => send({ kind: 'failed', message: String(error) });
app.mount('#planlight');
send({ kind: 'ready' });
