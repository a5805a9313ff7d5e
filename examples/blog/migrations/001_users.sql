CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  username text NOT NULL UNIQUE,
  email text NOT NULL UNIQUE,
  password_hash text NOT NULL,
  display_name text NOT NULL,
  bio text,
  role text NOT NULL DEFAULT 'reader' CHECK (role IN ('reader', 'author', 'editor')),
  created_at timestamptz NOT NULL DEFAULT now(),
  last_seen_at timestamptz
);
