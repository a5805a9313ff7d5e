class User < ApplicationRecord
  has_many :posts, foreign_key: :author_id
  has_many :comments
  has_many :received, through: :posts, source: :comments
  has_one :profile

  scope :active, -> { where(active: true) }

  def self.by_email(email)
    find_by(email: email)
  end
end
