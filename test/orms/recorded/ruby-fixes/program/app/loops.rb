class Loops
  def related
    posts = Post.order(:id)
    posts.map { |post| [post.id, post.author&.name] }
  end

  def found
    posts = Post.where.not(author_id: nil).order(:id)
    posts.map do |post|
      author = User.find(post.author_id)
      [post.title, author.name]
    end
  end

  # A comment of the loop below.
  def found_or_not
    names = []
    # The names of all.
    Post.order(:id).each do |post|
      author = User.find_by(id: post.author_id)
      names << author&.name
    end
    names
  end

  def found_for
    posts = Post.published.where.not(author_id: nil).order(:id)
    names = {}
    for post in posts
      names[post.id] = User.find(post.author_id).name
    end
    names
  end

  def counts
    posts = Post.order(:id)
    posts.map { |post| { id: post.id, comments: post.comments.count } }
  end

  def counts_by_where
    Post.all.map { |post| [post.id, Comment.where(post_id: post.id).count] }
  end

  def sizes
    posts = Post.published.order(:id).to_a
    posts.map { |post| "#{post.title}: #{post.comments.size}" }
  end

  def any
    posts = Post.order(:id)
    posts.select { |post| post.comments.any? }.map(&:id)
  end

  def empty
    posts = Post.order(:id)
    posts.reject { |post| post.comments.empty? }.map(&:id)
  end

  def write(names = %w[a b c])
    names.each do |name|
      Tag.create!(name: name)
    end
    Tag.order(:id).pluck(:name)
  end

  def write_none
    names = []
    names.each { |name| Note.create(text: name, done: true) }
    Note.count
  end

  def publish
    Post.where(state: 'draft').find_each { |post| post.update!(state: 'published') }
    Post.order(:id).pluck(:state)
  end

  def finish
    Note.all.each { |note| note.update(done: true) }
    Note.order(:id).pluck(:done)
  end

  def reset
    Post.published.each { |post| post.update_columns(views: 0) }
    Post.order(:id).pluck(:views)
  end

  def clear
    Note.where(done: false).each { |note| note.destroy }
    Note.count
  end
end
