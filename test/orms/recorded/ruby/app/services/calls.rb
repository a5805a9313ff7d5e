class Calls
  def all_posts
    Post.all.to_a
  end

  def by_author(author_id)
    Post.where(author_id: author_id).order(:created_at).to_a
  end

  def by_several
    Post.where(author_id: [1, 2], state: 'published').to_a
  end

  def without_author
    Post.where(author_id: nil).limit(5).to_a
  end

  def negated
    Post.where.not(state: 'draft').to_a
  end

  def negated_list
    Post.where.not(state: %w[draft gone]).to_a
  end

  def with_text(words)
    Post.where('title ILIKE ?', "%#{words}%").to_a
  end

  def with_names(least)
    Post.where('views >= :least AND state = :state', least: least, state: 'published').to_a
  end

  def with_list_text
    Post.where(['views > ?', 10]).to_a
  end

  def in_range
    Post.where(views: 1..10).to_a
  end

  def in_open_range
    Post.where(views: 10..).to_a
  end

  def in_exclusive_range
    Post.where(views: 1...10).to_a
  end

  def either
    Post.where(state: 'published').or(Post.where('views > 100')).to_a
  end

  def by_row
    author = User.find(1)
    Post.where(author: author).to_a
  end

  def subquery
    Post.where(author_id: User.active.select(:id)).to_a
  end

  def one(id)
    Post.find(id)
  end

  def several
    Post.find([1, 2])
  end

  def by_title(title)
    Post.find_by(title: title)
  end

  def by_title!(title)
    Post.find_by!(title: title)
  end

  def email(email)
    User.by_email(email)
  end

  def first_post
    Post.first
  end

  def first_posts
    Post.first(3)
  end

  def first_ordered
    Post.order(views: :desc).first
  end

  def last_post
    Post.last
  end

  def last_ordered
    Post.order(:views, created_at: :desc).last
  end

  def taken
    Post.take
  end

  def how_many
    Post.count
  end

  def how_many_published
    Post.published.count
  end

  def how_many_authors
    Post.distinct.count(:author_id)
  end

  def by_state
    Post.group(:state).count
  end

  def many_states
    Post.group(:state).having('COUNT(*) > 1').count
  end

  def total_views
    Post.published.sum(:views)
  end

  def most_views
    Post.maximum(:views)
  end

  def any_published
    Post.published.exists?
  end

  def exists_by_id
    Post.exists?(1)
  end

  def exists_by_title
    Post.exists?(title: 'a')
  end

  def anything
    Post.where(state: 'x').any?
  end

  def titles
    Post.order(:title).pluck(:id, :title)
  end

  def all_ids
    Post.published.ids
  end

  def picked
    Post.where(id: 1).pick(:title)
  end

  def chosen
    Post.select(:id, :title).limit(10).offset(20).to_a
  end

  def distinct_states
    Post.select(:state).distinct.to_a
  end

  def scoped
    Post.published.popular(10).to_a
  end

  def newest
    Post.published.newest(5).to_a
  end

  def with_author
    Post.includes(:author).to_a
  end

  def with_comments
    Post.preload(:comments).order(:id).to_a
  end

  def nested
    Post.includes(:author, comments: :user).to_a
  end

  def with_tags
    Post.includes(:tags).to_a
  end

  def with_categories
    Post.includes(:categories).to_a
  end

  def with_approved
    Post.includes(:approved_comments).to_a
  end

  def joined_load
    Post.eager_load(:author).to_a
  end

  def joined_by_condition
    Post.includes(:author).where(users: { name: 'x' }).to_a
  end

  def joined
    Post.joins(:author).where(users: { active: true }).to_a
  end

  def joined_twice
    Post.joins(comments: :user).distinct.to_a
  end

  def joined_left
    User.left_joins(:posts).group(:id).count
  end

  def joined_through
    Post.joins(:categories).where(categories: { name: 'ruby' }).to_a
  end

  def joined_text
    Post.joins('INNER JOIN users ON users.id = articles.author_id').to_a
  end

  def comments_of
    post = Post.find(1)
    post.comments.order(:id).to_a
  end

  def author_of
    post = Post.find(1)
    post.author
  end

  def tags_of
    post = Post.find(1)
    post.tags.to_a
  end

  def received_by
    user = User.find(1)
    user.received.count
  end

  def add
    Post.create(title: 'a', author_id: 1)
  end

  def add_comment
    post = Post.find(1)
    post.comments.create!(body: 'x', user_id: 1)
  end

  def rename
    post = Post.find(1)
    post.update!(title: 'b')
  end

  def set_column
    post = Post.find(1)
    post.update_columns(views: 5)
  end

  def remove
    tag = Tag.find(1)
    tag.delete
  end

  def publish_all
    Post.where(state: 'draft').update_all(state: 'published')
  end

  def raise_all
    Post.published.update_all('views = views + 1')
  end

  def delete_drafts
    Post.where(state: 'draft').delete_all
  end

  def insert_tags
    Tag.insert_all([{ name: 'a' }, { name: 'b' }])
  end

  def in_batches
    Post.published.find_each(batch_size: 100) { |post| post.title }
  end

  def locked
    Post.lock.find(1)
  end

  def reordered
    Post.order(:id).reorder(:title).to_a
  end
end
