class Calls
  def likes
    Reaction.like.to_a
  end

  def dislikes_by_word
    Reaction.where(kind: :dislike).count
  end

  def kinds
    Reaction.where(kind: %w[like dislike]).to_a
  end

  def no_likes
    Reaction.not_like.to_a
  end

  def not_kind
    Reaction.where.not(kind: :like).to_a
  end

  def like_it
    reaction = Reaction.find(1)
    reaction.dislike!
  end

  def reactions_of
    topic = Topic.find(1)
    topic.reactions.to_a
  end

  def with_reactions
    Topic.includes(:reactions).to_a
  end

  def joined_reactions
    Topic.joins(:reactions).merge(Reaction.like).to_a
  end

  def react
    topic = Topic.find(1)
    topic.reactions.create!(kind: :dislike)
  end

  def by_reactable
    topic = Topic.find(1)
    Reaction.where(reactable: topic).to_a
  end

  def on_posts
    Reaction.on_posts.newer(1.day.ago, limit: 3).to_a
  end

  def replies_count
    topic = Topic.find(1)
    topic.replies.size
  end

  def merged
    Post.joins(:author).merge(User.active).to_a
  end

  def merged_order
    Comment.joins(:post).merge(Post.published.order(:title)).to_a
  end

  def joined_deep
    Comment.joins(post: { author: :profile }).where(profiles: { bio: 'a' }).to_a
  end

  def joined_list
    Post.joins(:author, :comments).distinct.to_a
  end

  def without_posts
    User.left_outer_joins(:posts).where(articles: { id: nil }).to_a
  end

  def missing
    Post.where.missing(:comments).to_a
  end

  def joined_text_too
    Post.joins(:author).joins('LEFT JOIN comments ON comments.post_id = articles.id').where('comments.id IS NULL').to_a
  end

  def either_scope
    Post.published.or(Post.where(views: 0)).order(:id).to_a
  end

  def either_of_two
    Post.where(state: 'draft').or(Post.where(author_id: 1).where('views > ?', 2)).count
  end

  def list_with_nil
    Post.where(state: ['draft', nil]).to_a
  end

  def by_subquery
    Post.where(author: User.active).to_a
  end

  def by_own_subquery
    Comment.where(post_id: Post.published).count
  end

  def not_in
    Post.where.not(id: Comment.select(:post_id)).to_a
  end

  def named_in_list
    Post.where(['state = :state AND views > :least', { state: 'draft', least: 1 }]).to_a
  end

  def having_count
    Post.group(:author_id).having('COUNT(*) > ?', 1).count
  end

  def having_sum
    Post.group(:author_id).having('SUM(views) > :least', least: 3).sum(:views)
  end

  def group_two
    Post.group(:state, :author_id).average(:views)
  end

  def group_ordered
    Post.group(:state).order('count_all DESC').count
  end

  def group_limited
    Comment.group(:post_id).order(count_all: :desc).limit(3).count
  end

  def average_views
    Post.average(:views)
  end

  def lowest
    Post.published.minimum(:views)
  end

  def user_views
    user = User.find(1)
    user.posts.sum(:views)
  end

  def count_column
    Post.count(:published_at)
  end

  def count_some
    Post.limit(5).count
  end

  def count_distinct
    Post.select(:author_id).distinct.count
  end

  def pluck_joined
    Post.joins(:author).pluck(:title, 'users.name')
  end

  def pluck_distinct
    Post.distinct.pluck(:state)
  end

  def pluck_text
    Post.pluck(Arel.sql('COALESCE(title, state)'))
  end

  def pick_two
    Post.order(:views).pick(:id, :title)
  end

  def exists_text
    Post.exists?(['views > ?', 3])
  end

  def exists_of
    post = Post.find(1)
    post.comments.exists?
  end

  def none_there
    Post.where(state: 'x').none?
  end

  def many_there
    Post.where(state: 'published').many?
  end

  def found_or_made
    Tag.find_or_create_by(name: 'new')
  end

  def found_or_made_by_scope
    Tag.where(name: 'a').first_or_create!
  end

  def found_or_new
    Tag.find_or_initialize_by(name: 'a')
  end

  def made_with
    Tag.create_with(name: 'x').find_or_create_by(id: 99)
  end

  def batches
    Post.published.find_in_batches(batch_size: 50) { |posts| posts.size }
  end

  def each_in_order
    Post.find_each(start: 1) { |post| post.id }
  end

  def comments_unscoped
    Comment.unscoped.where(approved: true).count
  end

  def default_scope_count
    Comment.where(approved: true).count
  end

  def received_approved
    user = User.find(1)
    user.received.where(approved: true).to_a
  end

  def with_received
    User.includes(:received).to_a
  end

  def category_names
    post = Post.find(1)
    post.categories.pluck(:name)
  end

  def categories_joined
    Category.joins(:posts).group(:name).count
  end

  def delete_by
    Post.delete_by(state: 'draft')
  end

  def update_several
    Post.where(author_id: 1).update_all(state: 'x', views: 0)
  end

  def update_joined
    Post.joins(:author).where(users: { active: true }).update_all(state: 'x')
  end

  def update_limited
    Post.order(:id).limit(1).update_all(views: 3)
  end

  def upsert_tags
    Tag.upsert_all([{ id: 1, name: 'a' }, { id: 9, name: 'b' }])
  end

  def insert_one
    Tag.insert({ name: 'a' })
  end

  def upsert_one
    Tag.upsert({ id: 1, name: 'z' })
  end

  def insert_strictly
    Tag.insert_all!([{ name: 'a' }])
  end

  def count_up
    Post.increment_counter(:views, 1)
  end

  def raise_views
    post = Post.find(1)
    post.increment!(:views)
  end

  def touch_it
    post = Post.find(1)
    post.touch
  end

  def destroy_tag
    category = PostCategory.find_by(post_id: 1)
    category.destroy
  end

  def reversed
    Post.order(created_at: :desc).reverse_order.to_a
  end

  def order_text
    Post.order(Arel.sql('views DESC NULLS LAST')).to_a
  end

  def ordered_joined
    Post.joins(:author).order('users.name', views: :desc).to_a
  end

  def rewhere
    Post.where(state: 'draft').rewhere(state: 'published').to_a
  end

  def unscoped_order
    Post.order(:id).unscope(:order).to_a
  end

  def unscoped_where
    Post.where(state: 'a', views: 1).unscope(where: :state).to_a
  end

  def reselected
    Post.select(:id).reselect(:title).to_a
  end

  def from_subquery
    Post.from(Post.published, :articles).to_a
  end

  def dates
    Post.where(created_at: 1.day.ago..Time.current).count
  end

  def nested_condition
    Post.joins(:comments).where(comments: { approved: true, user_id: [1, 2] }).to_a
  end

  def second_one
    Post.order(:id).second
  end

  def last_two
    Post.order(:id).last(2)
  end

  def only_titles
    Post.published.select('title, LENGTH(title) AS size').to_a
  end

  def locked_text
    Post.where(id: 1).lock('FOR UPDATE SKIP LOCKED').first
  end

  def extra_not
    Post.where.not(state: 'a', views: 1).to_a
  end

  def nested_load
    User.preload(posts: %i[comments tags]).to_a
  end

  def loaded_together
    Post.eager_load(:comments, :author).where(comments: { approved: true }).to_a
  end
end
