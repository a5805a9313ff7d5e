module.exports = (sequelize, DataTypes) => sequelize.define('Tag', { label: DataTypes.TEXT }, { tableName: 'tags' });
