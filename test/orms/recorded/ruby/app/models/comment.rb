class Comment < ApplicationRecord
  belongs_to :post
  belongs_to :user

  default_scope { where.not(body: nil) }
end
