CREATE TABLE users (id serial PRIMARY KEY, name text NOT NULL);
CREATE TABLE posts (id serial PRIMARY KEY, author_id integer NOT NULL REFERENCES users (id), editor_id integer REFERENCES users (id), title text NOT NULL);
CREATE TABLE comments (id serial PRIMARY KEY, post_id integer NOT NULL REFERENCES posts (id), author_id integer NOT NULL REFERENCES users (id), body text NOT NULL);
CREATE TABLE tags (id serial PRIMARY KEY, label text NOT NULL UNIQUE, uses bigint NOT NULL DEFAULT 0, checked_at timestamptz);
INSERT INTO users (name) SELECT 'user ' || i FROM generate_series(1, 5) i;
INSERT INTO posts (author_id, editor_id, title) SELECT 1 + i % 5, CASE WHEN i % 3 = 0 THEN 1 + i % 4 END, 'post ' || i FROM generate_series(1, 8) i;
INSERT INTO comments (post_id, author_id, body) SELECT 1 + i % 7, 1 + i % 5, 'comment ' || i FROM generate_series(1, 20) i;
INSERT INTO tags (label) SELECT 'tag ' || i FROM generate_series(1, 4) i;
