module.exports = (sequelize, DataTypes) => {
  const Post = sequelize.define(
    'Post',
    {
      title: DataTypes.TEXT,
      authorId: DataTypes.INTEGER,
      editorId: { type: DataTypes.INTEGER, allowNull: true },
    },
    { tableName: 'posts' },
  );
  Post.associate = (models) => {
    Post.hasMany(models.Comment, { as: 'comments', foreignKey: 'postId' }); // newest last
  };
  return Post;
};
