# Runs each method of program/app/loops.rb and of mended/loops.rb, which is what the quick fixes make of it, and tells as JSON
# what they give and how many statements they send.
#   DATABASE_URL=postgres://… ruby record.rb > recorded.json
# The database gets the tables of db/schema.rb; whatever is in them is dropped.
require 'active_record'
require 'json'

ActiveRecord::Base.establish_connection(ENV.fetch('DATABASE_URL'))
ActiveRecord::Base.logger = nil
ActiveRecord::Migration.verbose = false

class ApplicationRecord < ActiveRecord::Base
  self.abstract_class = true
end

load File.join(__dir__, 'program/db/schema.rb')
load File.join(__dir__, 'program/app/models/models.rb')

sent = 0
ActiveSupport::Notifications.subscribe('sql.active_record') do |*, payload|
  ignored = %w[SCHEMA TRANSACTION].include?(payload[:name]) || payload[:sql].match?(/\A(?:BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)/)
  sent += 1 unless ignored
end

def rows
  names = %w[Ann Bob Cid]
  names.each_with_index { |name, i| User.create!(id: i + 1, name: name) }
  8.times do |i|
    author = i == 5 ? nil : (i % 3) + 1
    Post.create!(id: i + 1, author_id: author, title: "post #{i}", state: i.even? ? 'draft' : 'published', views: i)
    (i % 3).times { |n| Comment.create!(post_id: i + 1, body: "comment #{n}") }
    Note.create!(id: i + 1, text: "note #{i}", done: i.even?)
  end
end

recorded = {}
{ before: 'program/app/loops.rb', after: 'mended/loops.rb' }.each do |when_, path|
  load File.join(__dir__, path)
  Loops.instance_methods(false).each do |name|
    ActiveRecord::Base.transaction do
      rows
      Note.connection.reset_pk_sequence!('notes')
      sent = 0
      given = Loops.new.public_send(name)
      (recorded[name] ||= {})[when_] = { statements: sent, gives: given }
      raise ActiveRecord::Rollback
    end
  end
end

puts JSON.pretty_generate(recorded)
