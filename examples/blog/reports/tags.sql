-- How often each tag is used.
SELECT t.name, count(*) AS posts
FROM tags t
JOIN post_tags pt ON pt.tag_id = t.id
GROUP BY t.name
ORDER BY posts DESC;

-- Tags that stand together.
SELECT a.tag_id AS tag, b.tag_id AS other, count(*) AS posts
FROM post_tags a
JOIN post_tags b ON b.post_id = a.post_id AND b.tag_id > a.tag_id
GROUP BY 1, 2
ORDER BY posts DESC
LIMIT 25;
