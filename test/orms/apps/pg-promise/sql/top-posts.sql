-- The posts with most comments
SELECT p.id, p.title, count(c.id) AS comments
FROM posts p
LEFT JOIN comments c ON c.post_id = p.id
WHERE p.status = ${status}
GROUP BY p.id
ORDER BY comments DESC
LIMIT ${limit}
