import { type Fill, readYaml, type Yaml } from './yaml';

/** Characters of no language: the expression's number follows the first, and the second fills up to its length. */
const opening = '\uE000';
const filling = '\uE001';
const numbersFrom = 0xe100;

export interface Template {
  /** As long as the template, so that places in it are those of the file. */
  readonly text: string;
  readonly fill: Fill;
}

/**
 * A Helm template as YAML: lines of directives alone are left empty, and expressions among text become what their values
 * say: `{{ .Values.replicas | default 2 }}` → 2. What cannot be known becomes nothing.
 */
export function fillTemplate(text: string, values: Yaml | undefined): Template {
  if (!text.includes('{{')) return { text, fill: (scalar) => scalar };
  const expressions: string[] = [];
  const withoutLines = text.replace(/^[ \t]*(?:\{\{(?:[^}]|\}(?!\}))*\}\}[ \t]*)+$/gm, (line) => blank(line));
  const filled = withoutLines.replace(/\{\{-?((?:[^}]|\}(?!\}))*?)-?\}\}/g, (whole, expression: string) => {
    if (expressions.length > 500) return blank(whole);
    expressions.push(expression.trim());
    const head = opening + String.fromCharCode(numbersFrom + expressions.length - 1);
    return whole.includes('\n') ? blank(whole) : head.padEnd(whole.length, filling);
  });
  return {
    text: filled,
    fill: (scalar) =>
      scalar.replace(/\uE000([\s\S])\uE001*/g, (_, number: string) => {
        const expression = expressions[number.charCodeAt(0) - numbersFrom];
        return expression === undefined ? '' : resultOf(expression, values);
      }),
  };
}

/** The values that are the nearest to a chart's templates. */
export const readValues = (text: string): Yaml | undefined => readYaml(text)[0];

const blank = (text: string): string => text.replace(/[^\n]/g, ' ');

/** `.Values.image.tag | default "17" | quote`, `default 2 .Values.replicas` */
function resultOf(expression: string, values: Yaml | undefined): string {
  const path = /\.Values\.([\w.]+)/.exec(expression)?.[1];
  const found = path === undefined ? undefined : values?.at(...path.split('.')).text;
  if (found !== undefined) return found;
  const literal = /\bdefault\s+(?:"([^"]*)"|'([^']*)'|(-?[\d.]+))/.exec(expression);
  return literal?.[1] ?? literal?.[2] ?? literal?.[3] ?? '';
}
