ActiveRecord::Schema.define(version: 2024_01_01_000000) do
  create_table "users", force: :cascade do |t|
    t.string "name", null: false
    t.string "email"
    t.boolean "active", default: true
    t.timestamps
  end

  create_table "profiles", force: :cascade do |t|
    t.references :user
    t.text "bio"
  end

  create_table "articles", force: :cascade do |t|
    t.bigint "author_id"
    t.string "title"
    t.integer "views", default: 0
    t.string "state"
    t.datetime "published_at"
    t.timestamps
  end

  create_table "comments", force: :cascade do |t|
    t.bigint "post_id"
    t.bigint "user_id"
    t.text "body"
    t.boolean "approved", default: false
    t.datetime "created_at"
  end

  create_table "tags", force: :cascade do |t|
    t.string "name"
  end

  create_table "articles_tags", id: false, force: :cascade do |t|
    t.bigint "post_id"
    t.bigint "tag_id"
  end

  create_table "categories", force: :cascade do |t|
    t.string "name"
  end

  create_table "post_categories", force: :cascade do |t|
    t.bigint "post_id"
    t.bigint "category_id"
  end

  create_table "reactions", force: :cascade do |t|
    t.string "reactable_type"
    t.bigint "reactable_id"
    t.bigint "user_id"
    t.integer "kind", default: 0
    t.datetime "created_at"
  end

  create_table "topics", force: :cascade do |t|
    t.string "title"
    t.integer "replies_count", default: 0
  end

  create_table "replies", force: :cascade do |t|
    t.bigint "topic_id"
    t.text "body"
  end
end
