class Category < ApplicationRecord
  has_many :post_categories
  has_many :posts, through: :post_categories
end

class PostCategory < ApplicationRecord
  belongs_to :post
  belongs_to :category
end

class Tag < ApplicationRecord
  has_and_belongs_to_many :posts
end
