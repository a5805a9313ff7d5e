class User < ApplicationRecord
  has_many :posts, foreign_key: :author_id
end

class Post < ApplicationRecord
  belongs_to :author, class_name: 'User', optional: true
  has_many :comments

  scope :published, -> { where(state: 'published') }
end

class Comment < ApplicationRecord
  belongs_to :post
end

class Tag < ApplicationRecord
end

class Note < ApplicationRecord
end

class Log < ApplicationRecord
  self.table_name = 'notes'

  validates :text, presence: true
  before_save { self.text = text.strip }
end
