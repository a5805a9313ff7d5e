INSERT INTO "users" ("email", "first_name", "last_name", "role", "settings", "manager_id") VALUES
  ('ann@example.com', 'Ann', 'Abel', 'admin', '{"theme": "dark", "mail": {"weekly": true}}', NULL),
  ('ben@example.com', 'Ben', 'Bloom', 'author', '{"theme": "light"}', 1),
  ('cat@example.com', 'Cat', NULL, 'reader', NULL, 1);
INSERT INTO "profiles" VALUES ('5f0a8a8e-5a57-4d5f-8c4e-0d3a52e1f001', 'Writes.', NULL, 1), ('5f0a8a8e-5a57-4d5f-8c4e-0d3a52e1f002', NULL, 'https://ben.example.com', 2);
INSERT INTO "follows" ("follower_id", "followed_id") VALUES (1, 2), (2, 1), (3, 1);
INSERT INTO "Post" ("slug", "title", "content", "published", "views", "rating", "keywords", "metadata", "authorId", "reviewerId", "publishedAt") VALUES
  ('first', 'The first', 'Hello', true, 10, 4.5, '{a,b}', '{"kind": "essay", "words": 100, "tags": ["x"]}', 1, 2, '2024-01-01'),
  ('second', 'The second', 'World', true, 20, 3.5, '{b}', NULL, 1, NULL, '2024-02-01'),
  ('third', 'The third', NULL, false, 0, NULL, '{}', NULL, 2, NULL, NULL);
INSERT INTO "comments" ("body", "approved", "post_id", "user_id", "parent_id") VALUES
  ('One', true, 1, 2, NULL), ('Two', false, 1, 3, 1), ('Three', true, 2, NULL, NULL);
INSERT INTO "Tag" ("name") VALUES ('sql'), ('typescript');
INSERT INTO "_PostToTag" VALUES (1, 1), (1, 2), (2, 1);
INSERT INTO "categories" VALUES ('c1', 'News'), ('c2', 'Code');
INSERT INTO "post_categories" VALUES (1, 'c1', 0), (2, 'c2', 1);
INSERT INTO "_Blocks" VALUES (1, 3);
