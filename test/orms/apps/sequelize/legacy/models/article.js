'use strict';

module.exports = function (sequelize, DataTypes) {
  const Article = sequelize.define(
    'Article',
    {
      headline: DataTypes.STRING,
      wordCount: { type: DataTypes.INTEGER, field: 'words' },
      price: DataTypes.DECIMAL(10, 2),
      issuedOn: DataTypes.DATEONLY,
    },
    { tableName: 'news_articles', timestamps: true, updatedAt: 'changed_at' },
  );
  Article.associate = function (models) {
    Article.belongsTo(models.Author, { foreignKey: 'writtenBy', as: 'author' });
    Article.belongsToMany(models.Genre, { through: models.ArticleGenre, foreignKey: 'article_id' });
  };
  return Article;
};
