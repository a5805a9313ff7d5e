-- psql -v since="'2025-01-01'" -f reports/quiet-posts.sql
\set limit 50

-- Published posts that nobody has commented on.
SELECT p.id, p.title, p.created_at
FROM posts p
WHERE p.status = 'published'
  AND p.created_at >= :since
  AND NOT EXISTS (SELECT 1 FROM comments c WHERE c.post_id = p.id)
ORDER BY p.created_at DESC
LIMIT :limit;

-- Posts of one day. The call on the column keeps any index on created_at from being used.
SELECT id, title
FROM posts
WHERE created_at::date = current_date
ORDER BY id;
