import bookshelf from '../bookshelf';

const Tag = bookshelf.model('Tag', {
  tableName: 'tags',
  idAttribute: 'tag_id',
  posts() {
    return this.belongsToMany('Post');
  },
});

const Profile = bookshelf.model('Profile', {
  tableName: 'profiles',
  requireFetch: false,
  user() {
    return this.belongsTo('User');
  },
});

const Image = bookshelf.model('Image', {
  tableName: 'images',
  imageable() {
    return this.morphTo('imageable', 'Post', 'User');
  },
});

const Tags = bookshelf.Collection.extend({ model: Tag });

export { Image, Profile, Tag, Tags };
