-- Who wrote what in which month, with the readers that it brought.
SELECT date_trunc('month', p.created_at) AS month,
       u.username,
       count(DISTINCT p.id) AS posts,
       count(DISTINCT c.author_id) AS readers
FROM posts p
JOIN users u ON u.id = p.author_id
LEFT JOIN comments c ON c.post_id = p.id
WHERE p.status = 'published'
GROUP BY 1, 2
ORDER BY month DESC, readers DESC;

-- The authors' ranking of the last month.
SELECT u.username,
       sum(p.view_count) AS views,
       rank() OVER (ORDER BY sum(p.view_count) DESC) AS place
FROM posts p
JOIN users u ON u.id = p.author_id
WHERE p.created_at >= date_trunc('month', now()) - interval '1 month'
  AND p.created_at < date_trunc('month', now())
GROUP BY u.username
ORDER BY place
LIMIT 100;
