/** Methods of query builders → what stands between two queries. */
export const setOperators: Readonly<Record<string, string>> = {
  union: 'union ',
  unionAll: 'union all ',
  intersect: 'intersect ',
  intersectAll: 'intersect all ',
  except: 'except ',
  exceptAll: 'except all ',
};
