CREATE TYPE "user_role" AS ENUM ('reader', 'author', 'admin');

CREATE TABLE "users" (
  "id" SERIAL PRIMARY KEY,
  "email" TEXT NOT NULL UNIQUE,
  "first_name" TEXT NOT NULL,
  "last_name" TEXT,
  "role" "user_role" NOT NULL DEFAULT 'reader',
  "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updated_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "settings" JSONB,
  "manager_id" INTEGER REFERENCES "users"("id")
);
CREATE INDEX "users_last_name_first_name_idx" ON "users"("last_name", "first_name");

CREATE TABLE "profiles" (
  "id" UUID PRIMARY KEY,
  "bio" TEXT,
  "site" TEXT,
  "user_id" INTEGER NOT NULL UNIQUE REFERENCES "users"("id") ON DELETE CASCADE
);

CREATE TABLE "follows" (
  "follower_id" INTEGER NOT NULL REFERENCES "users"("id"),
  "followed_id" INTEGER NOT NULL REFERENCES "users"("id"),
  "since" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY ("follower_id", "followed_id")
);

CREATE TABLE "Post" (
  "id" SERIAL PRIMARY KEY,
  "slug" TEXT NOT NULL,
  "title" TEXT NOT NULL,
  "content" TEXT,
  "published" BOOLEAN NOT NULL DEFAULT false,
  "views" INTEGER NOT NULL DEFAULT 0,
  "rating" DOUBLE PRECISION,
  "keywords" TEXT[],
  "metadata" JSONB,
  "authorId" INTEGER NOT NULL REFERENCES "users"("id"),
  "reviewerId" INTEGER REFERENCES "users"("id"),
  "publishedAt" TIMESTAMP(3),
  "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updatedAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  UNIQUE ("authorId", "slug")
);

CREATE TABLE "comments" (
  "id" BIGSERIAL PRIMARY KEY,
  "body" TEXT NOT NULL,
  "approved" BOOLEAN NOT NULL DEFAULT false,
  "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "post_id" INTEGER NOT NULL REFERENCES "Post"("id") ON DELETE CASCADE,
  "user_id" INTEGER REFERENCES "users"("id"),
  "parent_id" BIGINT REFERENCES "comments"("id")
);

CREATE TABLE "Tag" ("id" SERIAL PRIMARY KEY, "name" TEXT NOT NULL UNIQUE);
CREATE TABLE "_PostToTag" (
  "A" INTEGER NOT NULL REFERENCES "Post"("id") ON DELETE CASCADE,
  "B" INTEGER NOT NULL REFERENCES "Tag"("id") ON DELETE CASCADE,
  PRIMARY KEY ("A", "B")
);
CREATE TABLE "categories" ("id" TEXT PRIMARY KEY, "category_name" TEXT NOT NULL UNIQUE);
CREATE TABLE "post_categories" (
  "post_id" INTEGER NOT NULL REFERENCES "Post"("id"),
  "category_id" TEXT NOT NULL REFERENCES "categories"("id"),
  "position" INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY ("post_id", "category_id")
);
CREATE VIEW "post_statistics" AS
  SELECT p."id" AS "post_id", count(c.*)::integer AS "comments", p."title" AS "title"
  FROM "Post" p LEFT JOIN "comments" c ON c."post_id" = p."id" GROUP BY p."id";

CREATE TABLE "_Blocks" (
  "A" INTEGER NOT NULL REFERENCES "users"("id") ON DELETE CASCADE,
  "B" INTEGER NOT NULL REFERENCES "users"("id") ON DELETE CASCADE,
  PRIMARY KEY ("A", "B")
);
