CREATE TABLE users (id serial PRIMARY KEY, name text NOT NULL);
CREATE TABLE posts (
  id bigserial PRIMARY KEY,
  author_id int NOT NULL REFERENCES users,
  title text NOT NULL,
  price numeric(12, 2) NOT NULL,
  data jsonb NOT NULL,
  body bytea NOT NULL,
  created_at timestamptz NOT NULL
);
INSERT INTO users (name) VALUES ('Ann'), ('Bob');
INSERT INTO posts (id, author_id, title, price, data, body, created_at)
  SELECT 9007199254740992 + i, 1 + i % 2, 'Post ' || i, i + 0.50, jsonb_build_object('tags', jsonb_build_array('a', i)), '\x00ff', '2026-01-02 03:04:05.678+00'
  FROM generate_series(1, 6) i;
SELECT setval('posts_id_seq', 9007199254740999);
