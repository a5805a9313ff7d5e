'use strict';

const db = require('./models');
const { Article, Author, Genre } = require('./models');
const { Op } = db.Sequelize;

exports.list = (req, res) => db.Article.findAll({ where: { headline: { [Op.like]: `${req.query.q}%` } } });

exports.byAuthor = function (authorId) {
  return Article.findAll({ where: { writtenBy: authorId }, order: [['changed_at', 'DESC']] });
};

exports.withAuthor = async (id) => {
  const article = await Article.findByPk(id, { include: [{ model: Author, as: 'author' }] });
  return article;
};

exports.authorsWithArticles = () =>
  Author.findAll({ include: [{ model: db.Article, as: 'articles', attributes: ['headline', 'wordCount'] }] });

exports.authorsByGenre = (title) =>
  db.Author.findAll({ include: [{ model: db.Genre, where: { title } }], where: { country: 'CH' } });

exports.genresOfArticle = (id) => Article.findOne({ where: { id: id }, include: [Genre] });

exports.totalWords = (country) =>
  Article.sum('wordCount', { include: [{ model: Author, as: 'author', attributes: [], where: { country } }] });

exports.create = async (body) => {
  const { headline, words } = body;
  return db.Article.create({ headline: headline, wordCount: words });
};

exports.remove = async (id) => {
  const author = await db.Author.findOne({ where: { id } });
  await author.destroy();
};

exports.cheap = () => Article.findAll({ where: { price: { [Op.lt]: 5.5 }, issuedOn: { [Op.gte]: '2024-01-01' } } });
