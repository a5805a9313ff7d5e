import type { ChainValue, Value } from '../facts/values';
import type { OrmCall } from '../orms/orm';
import { chainsIn } from './chains';
import type { QueryPlace } from './repetition';

/** What a query compares its columns with: `post_id = $1` → the value of `$1`. */
export function comparisonsOf(place: QueryPlace): { property: string; value: Value }[] {
  const { site, chain, orm, call } = place;
  if (orm && (orm.equals.length > 0 || !call)) return [...orm.equals];
  if (orm) return comparedParameters(call?.chain, orm);
  if (!site || !chain) return [];
  const found: { property: string; value: Value }[] = [];
  for (const [, column = '', number = ''] of site.sql.matchAll(/([\w"]+)\s*=\s*\$(\d+)\b(?!\s*\))/g)) {
    const value = boundValue(chain, Number(number), place);
    if (value) found.push({ property: column.replaceAll('"', ''), value });
  }
  return found;
}

/** What the reader of the library does not say, its SQL does: `"author_id" = $1`, with the place that `$1` comes from. */
function comparedParameters(
  chain: ChainValue | undefined,
  { statements }: OrmCall,
): { property: string; value: Value }[] {
  const [statement] = statements;
  if (!chain || !statement) return [];
  const values = chainsIn(chain);
  return [...statement.sql.matchAll(/"?([\w$]+)"?\s*=\s*\$(\d+)\b/g)].flatMap(([, property = '', number]) => {
    const { range, constant } = statement.parameters[Number(number) - 1] ?? {};
    if (!range || constant !== undefined) return [];
    const value = values.find((one) => one.range.start === range.start && one.range.end === range.end);
    return value ? [{ property, value }] : [];
  });
}

/** The value of `$n`: of a template's expressions, or of the array beside the text. */
function boundValue(chain: ChainValue, number: number, { site }: QueryPlace): Value | undefined {
  const source = site?.parameters[number - 1]?.source ?? '';
  const values = chain.links.flatMap((link) => link.arguments ?? []);
  const templates = [chain.root, ...values].filter((value) => typeof value !== 'string' && value.kind === 'template');
  for (const template of templates) {
    if (typeof template === 'string' || template?.kind !== 'template') continue;
    const value = template.values[number - 1];
    if (value && template.values.length === site?.parameters.length) return value;
  }
  const list = values.find((value) => value.kind === 'array' || (value.kind === 'object' && value !== values[0]));
  if (list?.kind === 'array') return list.elements[number - 1]?.value;
  if (list?.kind === 'object') return list.entries.find(({ key }) => key === source.replace(/^[:@$]/, ''))?.value;
  return undefined;
}
