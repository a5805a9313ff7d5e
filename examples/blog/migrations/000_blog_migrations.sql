-- Which of these files have run: scripts/migrate.mjs keeps it.
CREATE TABLE blog_migrations (
  name text PRIMARY KEY,
  applied_at timestamptz NOT NULL DEFAULT now()
);
