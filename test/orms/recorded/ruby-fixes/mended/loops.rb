class Loops
  def related
    posts = Post.order(:id).includes(:author)
    posts.map { |post| [post.id, post.author&.name] }
  end

  def found
    posts = Post.where.not(author_id: nil).order(:id)
    users_by_id = User.where(id: posts.map(&:author_id)).index_by(&:id)
    posts.map do |post|
      author = users_by_id.fetch(post.author_id) { User.find(post.author_id) }
      [post.title, author.name]
    end
  end

  # A comment of the loop below.
  def found_or_not
    names = []
    posts = Post.order(:id).to_a
    users_by_id = User.where(id: posts.map(&:author_id)).index_by(&:id)
    # The names of all.
    posts.each do |post|
      author = users_by_id[post.author_id]
      names << author&.name
    end
    names
  end

  def found_for
    posts = Post.published.where.not(author_id: nil).order(:id)
    names = {}
    users_by_id = User.where(id: posts.map(&:author_id)).index_by(&:id)
    for post in posts
      names[post.id] = users_by_id.fetch(post.author_id) { User.find(post.author_id) }.name
    end
    names
  end

  def counts
    posts = Post.order(:id)
    comment_counts = Comment.where(post_id: posts.map(&:id)).group(:post_id).count
    posts.map { |post| { id: post.id, comments: comment_counts.fetch(post.id, 0) } }
  end

  def counts_by_where
    posts = Post.all.to_a
    comment_counts = Comment.where(post_id: posts.map(&:id)).group(:post_id).count
    posts.map { |post| [post.id, comment_counts.fetch(post.id, 0)] }
  end

  def sizes
    posts = Post.published.order(:id).to_a
    comment_counts = Comment.where(post_id: posts.map(&:id)).group(:post_id).count
    posts.map { |post| "#{post.title}: #{comment_counts.fetch(post.id, 0)}" }
  end

  def any
    posts = Post.order(:id)
    post_ids_with_comments = Comment.where(post_id: posts.map(&:id)).distinct.pluck(:post_id).to_set
    posts.select { |post| post_ids_with_comments.include?(post.id) }.map(&:id)
  end

  def empty
    posts = Post.order(:id)
    post_ids_with_comments = Comment.where(post_id: posts.map(&:id)).distinct.pluck(:post_id).to_set
    posts.reject { |post| post_ids_with_comments.exclude?(post.id) }.map(&:id)
  end

  def write(names = %w[a b c])
    now = Time.current
    tags = names.map { |name| { name: name, created_at: now, updated_at: now } }
    Tag.insert_all!(tags) if tags.any?
    Tag.order(:id).pluck(:name)
  end

  def write_none
    names = []
    notes = names.map { |name| { text: name, done: true } }
    Note.insert_all!(notes) if notes.any?
    Note.count
  end

  def publish
    Post.where(state: 'draft').where('state IS DISTINCT FROM ?', 'published').update_all(state: 'published', updated_at: Time.current)
    Post.order(:id).pluck(:state)
  end

  def finish
    Note.all.update_all(done: true)
    Note.order(:id).pluck(:done)
  end

  def reset
    Post.published.update_all(views: 0)
    Post.order(:id).pluck(:views)
  end

  def clear
    Note.where(done: false).delete_all
    Note.count
  end
end
