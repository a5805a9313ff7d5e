class Reaction < ApplicationRecord
  belongs_to :reactable, polymorphic: true
  belongs_to :user, optional: true

  enum kind: { like: 0, dislike: 1 }

  scope :on_posts, -> { where(reactable_type: 'Post') }
  scope :newer, ->(than, limit: 5) { where('created_at > ?', than).limit(limit) }
end

class Topic < ApplicationRecord
  has_many :replies
  has_many :reactions, as: :reactable
end

class Reply < ApplicationRecord
  belongs_to :topic, counter_cache: true
end
