import type { Check } from '../check';
import { seen, withHealth } from '../support/known';
import { passed, unknown } from '../support/results';
import { settingFix } from '../support/setting-fix';

const name = 'track_io_timing';

/** Whether the time of reading is told from that of computing. Off is the default, and no fault. */
export const ioTiming: Check = {
  id: 'slow-queries/io-timing',
  point: 'slow-queries',
  title: 'The time of reads and writes',
  needs: ['health'],
  judge: (facts) =>
    withHealth(facts, (health) => {
      const setting = seen(health.settings)?.[name]?.setting;
      if (setting === undefined) return unknown(`Whether ${name} is on is not shown.`, [`The setting ${name}.`]);
      if (setting === 'on') return passed('The server measures how long it reads and writes.');
      return passed('The server does not measure how long it reads and writes (track_io_timing is off, the default).', {
        fixes: [
          settingFix(health, {
            name,
            from: setting,
            to: 'on',
            title: 'Measure the time of reads and writes',
            note: 'It asks the clock for each block: pg_test_timing tells what that costs on the machine, mostly nothing.',
          }),
        ],
      });
    }),
};
