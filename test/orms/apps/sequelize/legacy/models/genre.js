module.exports = (sequelize, DataTypes) => {
  const Genre = sequelize.define('Genre', { title: DataTypes.STRING }, { timestamps: false });
  Genre.associate = (models) => {
    Genre.belongsToMany(models.Author, { through: 'AuthorGenres' });
    Genre.belongsToMany(models.Article, { through: models.ArticleGenre, foreignKey: 'genre_id' });
  };
  return Genre;
};
