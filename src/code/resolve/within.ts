import type { FileFacts } from '../facts/facts';
import type { ChainValue } from '../facts/values';

/** Whether a function is another one or stands in it, however deep. */
export function isWithinFunction(file: FileFacts, inner: number, outer: number): boolean {
  for (let id: number | undefined = inner; id !== undefined && id > 0; id = file.functions[id]?.parent) {
    if (id === outer) return true;
  }
  return outer === 0;
}

/** The same links, the last one read instead of called. */
export function withoutCall(chain: ChainValue, link: number): ChainValue['links'] {
  return chain.links
    .slice(0, link + 1)
    .flatMap((one, i) => (i < link ? [one] : one.name === '' ? [] : [{ name: one.name, range: one.range }]));
}
