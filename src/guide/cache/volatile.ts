/** What makes the same statement give another answer although no table changed, or does more than to read. */
const volatile: readonly { readonly match: RegExp; readonly why: string }[] = [
  {
    match:
      /\b(?:now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday)\s*\(|\b(?:current_(?:date|time|timestamp)|localtime(?:stamp)?)\b/i,
    why: 'it depends on the time',
  },
  {
    match: /\b(?:random|setseed|gen_random_uuid|uuid_generate_v\w+|uuidv[47])\s*\(|\btablesample\b/i,
    why: 'it depends on chance',
  },
  {
    match: /\b(?:current_(?:user|role|schema|catalog)|session_user|system_user)\b|\bcurrent_setting\s*\(/i,
    why: 'it depends on who asks',
  },
  { match: /\bfor\s+(?:no\s+key\s+)?(?:update|share)\b|\bfor\s+key\s+share\b/i, why: 'it locks its rows' },
  {
    match:
      /\b(?:nextval|currval|lastval|setval|txid_current|pg_\w+)\s*\(|\b(?:dblink|pg_catalog\.|information_schema\.)/i,
    why: 'it asks the server about itself',
  },
];

/** Why an answer of a statement must not be kept; undefined where its tables and parameters decide alone. */
export function whyNotKept(sql: string): string | undefined {
  const text = sql.replace(/'(?:[^']|'')*'/g, "''").replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ');
  return volatile.find(({ match }) => match.test(text))?.why;
}
