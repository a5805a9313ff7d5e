export interface GeneratedTable {
  readonly table: string;
  readonly columns: readonly string[];
  /** The number of lines; for post_tags a line stands for a post and holds one row for each of its tags. */
  readonly count: number;
  /** In COPY's text format, each with its final newline. */
  readonly lines: Iterable<string>;
}

export function generateBlog(options: {
  readonly users: number;
  readonly posts: number;
  readonly comments: number;
  readonly seed: number;
  readonly until: Date;
}): GeneratedTable[];
