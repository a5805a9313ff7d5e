# Records what ActiveRecord sends for every method of app/services/calls.rb, as JSON on the standard output.
#   DATABASE_URL=postgres://… ruby record.rb > recorded.json
# The database gets the tables of db/schema.rb, with two rows each; whatever is in them is dropped.
require 'active_record'
require 'json'

ActiveRecord::Base.establish_connection(ENV.fetch('DATABASE_URL'))
ActiveRecord::Base.logger = nil
ActiveRecord::Migration.verbose = false

class ApplicationRecord < ActiveRecord::Base
  self.abstract_class = true
end

folder = __dir__
$stdout = $stderr
load File.join(folder, 'db/schema.rb')
$stdout = STDOUT
Dir[File.join(folder, 'app/**/*.rb')].sort.each { |file| load file }

recorded = {}
sent = nil
ActiveSupport::Notifications.subscribe('sql.active_record') do |*, payload|
  ignored = %w[SCHEMA TRANSACTION].include?(payload[:name]) || payload[:sql].match?(/\A(?:BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)/)
  sent << payload[:sql] unless sent.nil? || ignored
end

samples = { author_id: 1, id: 1, words: 'a', least: 1, title: 'a', email: 'a' }

Calls.instance_methods(false).each do |name|
  ActiveRecord::Base.transaction do
    2.times do |i|
      user = User.create!(id: i + 1, name: 'a', email: 'a', active: true)
      Profile.create!(user: user)
      post = Post.create!(id: i + 1, author_id: i + 1, title: 'a', state: 'published', views: 20)
      Comment.unscoped.create!(id: i + 1, post: post, user: user, body: 'a', approved: true)
      topic = Topic.create!(id: i + 1, title: 'a')
      Reply.create!(topic: topic, body: 'a')
      Reaction.create!(id: i + 1, reactable: topic, user: user, kind: :like)
      post.tags << Tag.create!(id: i + 1, name: 'a')
      post.categories << Category.create!(id: i + 1, name: 'a')
    end
    %w[users articles comments tags categories topics replies reactions].each { |table| ActiveRecord::Base.connection.reset_pk_sequence!(table) }
    sent = []
    method = Calls.instance_method(name)
    Calls.new.public_send(name, *method.parameters.map { |_, parameter| samples.fetch(parameter) })
    recorded[name] = sent
    sent = nil
    raise ActiveRecord::Rollback
  end
end

puts JSON.pretty_generate(recorded)
