module.exports = (sequelize, DataTypes) => {
  const User = sequelize.define('User', { name: DataTypes.TEXT }, { tableName: 'users' });
  return User;
};
