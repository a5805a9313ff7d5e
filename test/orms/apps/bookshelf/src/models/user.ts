import bookshelf from '../bookshelf';

export const User = bookshelf.model('User', {
  tableName: 'users',
  hasTimestamps: true,

  posts() {
    return this.hasMany('Post', 'author_id');
  },

  publishedPosts() {
    return this.hasMany('Post', 'author_id').query({ where: { status: 'published' } });
  },

  profile() {
    return this.hasOne('Profile');
  },

  receivedComments() {
    return this.hasMany('Comment').through('Post', 'post_id', 'author_id');
  },
});
