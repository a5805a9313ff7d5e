const { Model } = require('sequelize');

module.exports = (sequelize, DataTypes) => {
  class Comment extends Model {
    static associate(models) {
      // define association here
    }
  }
  Comment.init(
    { body: DataTypes.TEXT, postId: DataTypes.INTEGER, authorId: DataTypes.INTEGER },
    { sequelize, modelName: 'Comment', tableName: 'comments' },
  );
  return Comment;
};
