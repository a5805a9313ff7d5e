ActiveRecord::Schema.define(version: 2024_01_01_000000) do
  create_table "users", force: :cascade do |t|
    t.string "name", null: false
  end

  create_table "posts", force: :cascade do |t|
    t.bigint "author_id"
    t.string "title"
    t.string "state"
    t.integer "views", default: 0
    t.timestamps
  end

  create_table "comments", force: :cascade do |t|
    t.bigint "post_id"
    t.text "body"
  end

  create_table "tags", force: :cascade do |t|
    t.string "name"
    t.timestamps
  end

  create_table "notes", force: :cascade do |t|
    t.string "text"
    t.boolean "done", default: false
  end
end
