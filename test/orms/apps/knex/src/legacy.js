const Knex = require('knex');
const config = { client: 'pg', connection: {} };
const knex = Knex(config);

async function activeUsers() {
  return knex.select('id', 'username').from('users').where('is_active', true);
}

exports.activeUsers = activeUsers;

exports.userPosts = function (userId, done) {
  return knex('posts')
    .where('author_id', userId)
    .then(function (rows) {
      done(rows);
    });
};
