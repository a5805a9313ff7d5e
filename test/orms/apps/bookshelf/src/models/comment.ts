import bookshelf from '../bookshelf';

const Comment = bookshelf.Model.extend({
  tableName: 'comments',

  post: function () {
    return this.belongsTo('Post');
  },

  author: function () {
    return this.belongsTo('User', 'author_id');
  },

  parent: function () {
    return this.belongsTo(Comment, 'parent_id');
  },

  replies: function () {
    return this.hasMany(Comment, 'parent_id');
  },
});

bookshelf.model('Comment', Comment);

export { Comment };
