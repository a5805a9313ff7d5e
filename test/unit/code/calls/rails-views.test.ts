import assert from 'node:assert/strict';
import { readCallFacts } from '../../../../src/code/calls/call-facts';
import { orms } from '../../../../src/code/orms/orms';
import { indexedLanguageOf } from '../../../../src/code/program/facts-reader';
import { codeFixes } from '../../../../src/fixes/code-fixes';
import { judgeCalls } from '../../../../src/rules/code-rules';
import { ormCallsIn } from '../../../support/orm-calls';

const models = `class User < ApplicationRecord
  has_many :posts, foreign_key: :author_id
end

class Post < ApplicationRecord
  belongs_to :author, class_name: 'User'
  has_many :comments

  def byline
    author.name
  end
end

class Comment < ApplicationRecord
  belongs_to :post
  belongs_to :user
end
`;

const controller = (body: string) => `class PostsController < ApplicationController
  def index
    @posts = Post.order(:id)
    ${body}
  end

  def show
    @post = Post.find(params[:id])
  end
end
`;

interface Told {
  readonly rule: string;
  readonly at: string;
  readonly path: string;
  readonly related: readonly string[];
  /** The controller's text when the first fix is made. */
  readonly mended?: string;
}

async function told(files: Readonly<Record<string, string>>, body = ''): Promise<Told[]> {
  const all: Readonly<Record<string, string>> = {
    '/app/models/models.rb': models,
    '/app/controllers/posts_controller.rb': controller(body),
    ...files,
  };
  const { program } = await ormCallsIn(all);
  const calls = new Map([...program.files.keys()].map((uri) => [uri, program.callsOf(uri)]));
  const facts = readCallFacts({ tracer: program.tracer, models: program.models, orms, calls });
  const located = judgeCalls({ facts, isQuiet: () => false, isBackground: () => false });
  return located
    .filter(({ repetition }) => repetition)
    .map((one) => {
      const [edit] = codeFixes(one, (uri) => all[uri])[0]?.edits ?? [];
      const text = edit && all[edit.uri ?? one.uri];
      const { evidence, range, related = [], rule } = one.finding;
      return {
        rule,
        at: all[one.uri]?.slice(range.start, range.end) ?? '',
        path: String(evidence.path),
        related: related.map(({ uri }) => uri),
        ...(edit && text
          ? { mended: text.slice(0, edit.range.start) + edit.newText + text.slice(edit.range.end) }
          : {}),
      };
    });
}

const includes = controller('').replace('Post.order(:id)', 'Post.order(:id).includes(:author)');

describe('Templates of Rails', () => {
  const index = '/app/views/posts/index.html.erb';
  const loading: Readonly<
    Record<string, readonly [path: string, files: Readonly<Record<string, string>>, body?: string]>
  > = {
    'load a relation of each row that the action gives them': [
      'index,author.name',
      { [index]: '<ul>\n<% @posts.each do |post| %>\n  <li><%= post.author.name %></li>\n<% end %>\n</ul>' },
    ],
    'load it in a partial for each row': [
      'index,_post,author.name',
      { [index]: '<%= render @posts %>', '/app/views/posts/_post.html.erb': '<b><%= post.author.name %></b>' },
    ],
    'load it in a partial of a collection': [
      'index,_line,author.name',
      {
        [index]: "<%= render partial: 'posts/line', collection: @posts, as: :entry %>",
        '/app/views/posts/_line.html.erb': '<b><%= entry.author.name %></b>',
      },
    ],
    'load it in a partial that they call in a loop': [
      'index,_line,author.name',
      {
        [index]: "<% @posts.each do |post| %><%= render 'line', entry: post %><% end %>",
        '/app/views/posts/_line.html.erb': '<b><%= entry.author.name %></b>',
      },
    ],
    'load it on a page of them': [
      'index,author.name',
      { [index]: '<% @posts.each do |post| %><%= post.author.name %><% end %>' },
      '@pagy, @posts = pagy(@posts)',
    ],
    'load it in a helper': [
      'index,byline_of,author.name',
      {
        [index]: '<% @posts.each do |post| %><%= byline_of(post) %><% end %>',
        '/app/helpers/posts_helper.rb': 'module PostsHelper\n  def byline_of(post)\n    post.author.name\n  end\nend\n',
      },
    ],
    'load it in jbuilder': [
      'index,author.name',
      { '/app/views/posts/index.json.jbuilder': 'json.array! @posts do |post|\n  json.author post.author.name\nend\n' },
    ],
    'load it in a partial of jbuilder': [
      'index,_post,author.name',
      {
        '/app/views/posts/index.json.jbuilder': "json.array! @posts, partial: 'posts/post', as: :post\n",
        '/app/views/posts/_post.json.jbuilder': 'json.author post.author.name\n',
      },
    ],
    'load it in a serializer': [
      'index,serialize,object.author',
      {
        '/app/serializers/post_serializer.rb':
          'class PostSerializer < ActiveModel::Serializer\n  belongs_to :author\nend\n',
      },
      'render json: @posts',
    ],
    "load it in a serializer's method": [
      'index,serialize,byline,author.name',
      {
        '/app/serializers/post_serializer.rb':
          'class PostSerializer < ActiveModel::Serializer\n  attributes :id, :byline\n  def byline\n    object.author.name\n  end\nend\n',
      },
      'render json: @posts',
    ],
    'load it in a blueprint': [
      'index,serialize,author.name',
      {
        '/app/blueprints/post_blueprint.rb':
          'class PostBlueprint < Blueprinter::Base\n  field :author_name do |post, options|\n    post.author.name\n  end\nend\n',
      },
      'render json: PostBlueprint.render(@posts)',
    ],
    'load what as_json includes': ['index,post.author', {}, 'render json: @posts.as_json(include: :author)'],
  };
  for (const [what, [path, files, body]] of Object.entries(loading)) {
    it(what, async () => {
      const [first, ...more] = await told(files, body);
      assert.deepEqual(more, []);
      assert.equal(first?.rule, 'lazy-load-in-loop');
      assert.equal(first.path.replace(/,block at \d+/, ''), path);
      assert.equal(first.mended, includes.replace('\n    \n', `\n    ${body ?? ''}\n`));
    });
  }

  it("are told at the controller's query, with the template's place", async () => {
    const [first] = await told({ [index]: '<% @posts.each do |post| %><%= post.author.name %><% end %>' });
    assert.equal(first?.at, 'Post.order');
    assert.ok(first.related.includes(index));
  });

  it("are what the rows of an action are for: nothing is said of the action's part alone", async () => {
    const all = await told({ [index]: '<%= @posts.first.title %>' }, '@count = @posts.to_a.length');
    assert.deepEqual(all, []);
  });

  it('are looked for by the names of files', () => {
    for (const name of ['index.html.erb', 'index.json.jbuilder']) assert.equal(indexedLanguageOf(name), 'ruby');
  });

  it('count in a serializer', async () => {
    const serializer =
      'class PostSerializer < ActiveModel::Serializer\n  attribute(:answers) { object.comments.count }\nend\n';
    const found = await told({ '/app/serializers/post_serializer.rb': serializer }, 'render json: @posts');
    assert.deepEqual(
      found.map(({ rule }) => rule),
      ['count-in-loop'],
    );
  });

  const silent: Readonly<Record<string, readonly [files: Readonly<Record<string, string>>, body?: string]>> = {
    'whose rows have it': [
      { [index]: '<% @posts.each do |post| %><%= post.author.name %><% end %>' },
      '@posts = @posts.includes(:author)',
    ],
    'of one row': [{ '/app/views/posts/show.html.erb': '<%= @post.author.name %><%= render @post %>' }],
    'over lists that no query gives': [{ [index]: '<% @names.each do |post| %><%= post.author.name %><% end %>' }],
    'in what is a comment': [{ [index]: '<%# @posts.each do |post| post.author end %><% # @posts.map(&:author) %>' }],
    'that only show ids': [{ [index]: '<% @posts.each do |post| %><%= post.author_id %><% end %>' }],
    'of one row that is serialized': [
      {
        '/app/serializers/post_serializer.rb':
          'class PostSerializer < ActiveModel::Serializer\n  belongs_to :author\nend\n',
      },
      'render json: @post',
    ],
    'whose serializer has keys only': [
      {
        '/app/serializers/post_serializer.rb':
          'class PostSerializer\n  include JSONAPI::Serializer\n  attributes :title\n  belongs_to :author\nend\n',
      },
      'render json: PostSerializer.new(@posts).serializable_hash',
    ],
  };
  for (const [what, [files, body]] of Object.entries(silent))
    it(`are right ${what}`, async () => assert.deepEqual(await told(files, body), []));
});
