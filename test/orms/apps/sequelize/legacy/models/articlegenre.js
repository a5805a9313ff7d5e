'use strict';
module.exports = (sequelize, DataTypes) => {
  const ArticleGenre = sequelize.define('ArticleGenre', {
    id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true },
    weight: DataTypes.FLOAT,
  });
  return ArticleGenre;
};
