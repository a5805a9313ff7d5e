/** The command line's help texts. */
export const usage = {
  main: `planlight: how PostgreSQL will run your queries, and what would make them faster

Usage
  planlight check PATHS… [options]      read the files, ask the planner, print the findings
  planlight explain "SQL" [options]     one statement: its plan and the findings
  planlight <command> --help            the options of a command
  planlight --version`,

  check: `planlight check PATHS… [options]

Reads .sql, .js, .jsx, .ts, .tsx, .mjs and .cjs files at or below PATHS, finds the queries in them, asks the planner
about each and prints the findings.

Options
  --database URL     postgres://user@host:port/database; else DATABASE_URL or PG* of the environment. Without any, a planner
                     in memory answers, with the schema of the .sql files below PATHS and assumed table sizes.
  --analyze          run the statements that only read (in a read-only transaction), for real times
  --timeout MS       give a statement at most this long (5000)
  --rows N           rows that every table is assumed to have where no database is asked (100000)
  --format FORMAT    text (default), json, sarif or github
  --fail-on LEVEL    error, warning (default) or never: exit 1 when there is a finding at or above this level

Exit codes: 0 nothing at or above the level; 1 findings; 2 could not run, or the database could not be asked (any more).
Files of more than 2 million characters and binary files are left alone; standard error says so.`,

  explain: `planlight explain "SQL" [options]

Plans one statement and prints the plan and the findings. Placeholders ($1, :name, ?) get values from the statistics.

Options
  --database URL     as in planlight check; without a database the schema is read from the .sql files of this folder
  --analyze          run it (read-only transaction); a statement that changes data is planned only, with a note
  --timeout MS       give the statement at most this long (5000)
  --rows N           as in planlight check
  --format FORMAT    text (default) or json

Exit codes: 0 a plan was printed; 2 could not run.`,
} as const;
