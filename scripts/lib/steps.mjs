/**
 * Says what is being done while it takes long, and how long it took.
 * @template T
 * @param {string} title 'Build'
 * @param {(say: (note: string) => void) => Promise<T> | T} work `say` shows how far it is, on a screen only
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  const started = Date.now();
  const onScreen = process.stdout.isTTY === true;
  process.stdout.write(onScreen ? `  ${title} …` : `  ${title} …\n`);
  const say = (note) => {
    if (onScreen) process.stdout.write(`\r\x1b[K  ${title} … ${note}`);
  };
  const end = (mark, note) => {
    const line = `${mark} ${title} ${note}`;
    process.stdout.write(onScreen ? `\r\x1b[K${line}\n` : `${line}\n`);
  };
  try {
    const result = await work(say);
    end('✓', `(${duration(Date.now() - started)})`);
    return result;
  } catch (error) {
    end('✗', `(failed after ${duration(Date.now() - started)})`);
    throw error;
  }
}

/** `3.2 s`, `2 min 5 s` */
export function duration(ms) {
  return ms < 60_000
    ? `${(ms / 1000).toFixed(1)} s`
    : `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}
