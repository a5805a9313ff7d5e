'use strict';
const { Model } = require('sequelize');

module.exports = (sequelize, DataTypes) => {
  class Author extends Model {
    static associate(models) {
      Author.hasMany(models.Article, { foreignKey: 'writtenBy', as: 'articles', onDelete: 'cascade' });
      this.belongsToMany(models.Genre, { through: 'AuthorGenres' });
    }
  }
  Author.init(
    {
      firstName: DataTypes.STRING,
      lastName: DataTypes.STRING,
      country: { type: DataTypes.STRING, field: 'country_code' },
    },
    { sequelize, modelName: 'Author' },
  );
  return Author;
};
