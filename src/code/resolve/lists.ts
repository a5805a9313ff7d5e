/** Functions that call their first argument for each element: `posts.map((post) => …)`. */
const each: ReadonlySet<string> = new Set([
  'map',
  'forEach',
  'filter',
  'find',
  'findLast',
  'findIndex',
  'some',
  'every',
  'flatMap',
  'sort',
  'toSorted',
  'each',
  'mapSeries',
  'eachSeries',
  'mapLimit',
  'eachLimit',
  'concat',
  'sortBy',
  'groupBy',
  'keyBy',
  'partition',
  'uniqBy',
  'orderBy',
  'pMap',
  // Ruby's
  'find_each',
  'each_with_index',
  'each_with_object',
  'each_entry',
  'flat_map',
  'filter_map',
  'collect',
  'reject',
  'index_by',
  'index_with',
  'group_by',
  'sort_by',
  'min_by',
  'max_by',
  'sum',
  'any?',
  'all?',
  'none?',
  'detect',
  'find_all',
  'to_h',
]);

/** Whether that parameter of a function given to `name` is one of the list's elements. */
export function isElementParameter(name: string, parameter: number): boolean {
  if (/^(?:reduce|reduceRight|inject)$/.test(name)) return parameter === 1;
  if (name === 'sort' || name === 'toSorted') return parameter <= 1;
  return parameter === 0 && each.has(name);
}

/** What a list's method gives: the same kind of list, one of its elements, or a list of what the callback returns. */
export function listMethod(name: string): 'list' | 'element' | 'mapped' | 'flat' | undefined {
  if (/^(?:filter|slice|sort|toSorted|reverse|toReversed|concat|flat|values|splice|uniqBy|sortBy|orderBy)$/.test(name))
    return 'list';
  if (/^(?:find|findLast|at|pop|shift)$/.test(name)) return 'element';
  if (/^(?:map|mapSeries|pMap)$/.test(name)) return 'mapped';
  return name === 'flatMap' ? 'flat' : undefined;
}
