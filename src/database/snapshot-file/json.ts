import { Problem } from '../../nouns/problem';

/** Why a text is not JSON, in a sentence with the line. */
export function jsonProblem(text: string, name: string, message: string): Problem {
  const problem = (sentence: string, hint?: string): Problem =>
    new Problem('not-understood', `${name} ${sentence}`, hint === undefined ? {} : { hint });
  const start = text.trimStart();
  if (start === '') {
    return problem('is empty.', 'The command that was to write it may have failed: run planlight snapshot again.');
  }
  if (start.slice(0, 10_000).includes('\0') || start.startsWith('\u001f\ufffd')) {
    return problem('is not text.', 'If it is compressed, unpack it first.');
  }
  if (!start.startsWith('{'))
    return problem('is not a snapshot: it does not begin with {, as JSON of planlight snapshot does.');
  const at = / at position (\d+)/.exec(message)?.[1];
  const position = at === undefined ? text.length : Number(at);
  const line = text.slice(0, position).split('\n').length.toLocaleString('en-US');
  const isCutOff =
    (at !== undefined && position >= text.trimEnd().length) ||
    !text.trimEnd().endsWith('}') ||
    /^(?:Unexpected end|Unterminated)/.test(message);
  if (isCutOff) {
    return problem(`ends in the middle, in line ${line}: it looks cut off.`, 'Copy it or make it again.');
  }
  const [said] = message.split(/ in JSON at position|, ?"/);
  return problem(
    `is not JSON: ${said}${at === undefined ? '' : ` in line ${line}`}.`,
    'Was it edited by hand? Make it again, or mend that line.',
  );
}
