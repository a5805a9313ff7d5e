import { parseArgs } from 'node:util';
import { runAsProgram } from './lib/paths.mjs';
import { startSampleDatabase } from './lib/sample.mjs';
import { loadSample, startSampleApp } from './lib/sample-load.mjs';

const usage = `Usage: npm run bench:sample -- [options]

Runs the sample blog under the load of 20 clients and prints how long its pages take.

  --database URL   a database with the sample's rows (default: one of its own, with the sample's usual amounts)
  --folder DIR     a changed copy of the sample (default: examples/blog)
  --seconds N      how long is measured (10), after two seconds that do not count
`;

await runAsProgram(import.meta.url, async (args) => {
  const { values } = parseArgs({
    args,
    options: {
      database: { type: 'string' },
      folder: { type: 'string' },
      seconds: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return console.log(usage);
  const own = values.database === undefined ? await startSampleDatabase({}, { keep: true }) : undefined;
  try {
    const app = await startSampleApp(values.database ?? own.url, { folder: values.folder });
    try {
      print(await loadSample(app.url, { seconds: Number(values.seconds ?? 10) }));
    } finally {
      await app.stop();
    }
  } finally {
    await own?.stop();
  }
});

function print({ requests, errors, perSecond, p50, p95, p99, pages }) {
  const ms = (value) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;
  console.log(`\n  ${requests} requests, ${perSecond.toFixed(0)} a second, ${errors} errors`);
  console.log(`  p50 ${ms(p50)}, p95 ${ms(p95)}, p99 ${ms(p99)}\n`);
  for (const [page, one] of Object.entries(pages).sort(([, a], [, b]) => b.p95 - a.p95)) {
    console.log(`  ${page.padEnd(24)} ${String(one.requests).padStart(7)} requests   p95 ${ms(one.p95)}`);
  }
}
