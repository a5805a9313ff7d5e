/**
 * A query for pg, with every expression sent as a parameter:
 * sql`SELECT * FROM tags WHERE slug = ${slug}` is { text: 'SELECT * FROM tags WHERE slug = $1', values: [slug] }.
 */
export function sql(strings, ...values) {
  const text = strings.reduce((before, part, index) => `${before}$${index}${part}`);
  return { text, values };
}
