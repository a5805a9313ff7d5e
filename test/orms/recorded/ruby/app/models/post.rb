class Post < ApplicationRecord
  self.table_name = 'articles'

  belongs_to :author, class_name: 'User', optional: true
  has_many :comments
  has_many :approved_comments, -> { where(approved: true).order(:created_at) }, class_name: 'Comment'
  has_and_belongs_to_many :tags
  has_many :post_categories
  has_many :categories, through: :post_categories

  scope :published, -> { where(state: 'published') }
  scope :popular, ->(least) { where('views > ?', least) }

  def self.newest(count = 10)
    order(created_at: :desc).limit(count)
  end
end
