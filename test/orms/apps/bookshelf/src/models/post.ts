import bookshelf from '../bookshelf';
import './comment';
import './tag';
import './user';

class Post extends bookshelf.Model<any> {
  get tableName() {
    return 'posts';
  }

  get hasTimestamps() {
    return ['created_at', 'changed_at'];
  }

  author() {
    return this.belongsTo('User', 'author_id');
  }

  comments() {
    return this.hasMany('Comment');
  }

  approved() {
    return this.hasMany('Comment').query((qb: any) => qb.where('approved', true).orderBy('id'));
  }

  tags() {
    return this.belongsToMany('Tag').withPivot(['position']);
  }

  readers() {
    return this.belongsToMany('User', 'readings', 'post_id', 'reader_id');
  }

  image() {
    return this.morphOne('Image', 'imageable');
  }
}

export default bookshelf.model('Post', Post);
