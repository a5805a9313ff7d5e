import { stringOf } from '../../facts/value-access';
import type { ChainValue, Value } from '../../facts/values';
import type { Origin, Tracer } from '../../resolve/origin';
import { accessorOf } from './accessor-names';
import { type Association, isMulti, type SequelizeModel } from './declared';
import type { DeclaredModels } from './declared-models';

/** Version 7, `@sequelize/core`, writes other SQL. */
export const packages = /^(?:sequelize|sequelize-typescript|@nestjs\/sequelize)$/;

/** What programs call an object with all models. */
export const holders = /^(?:db|database|models?|orm|sequelize|entities|tables)$/i;

const associating = /^(?:belongsTo|hasOne|hasMany|belongsToMany)$/;

/** Which models and associations the origins of values are. */
export class ModelOrigins {
  constructor(
    readonly tracer: Tracer,
    readonly declared: DeclaredModels,
  ) {}

  /** Of a class, a `define` call, `db.Post`, `sequelize.models.Post`, `sequelize.model('Post')`; not of an object of a model. */
  modelOf(origin: Origin, uri: string): SequelizeModel | undefined {
    switch (origin.kind) {
      case 'class':
        return this.#ofClass(origin);
      case 'call':
        return this.#ofCall(origin);
      case 'member':
        return this.#ofMember(origin, uri);
      case 'instance':
        // `this.posts: typeof Post`, a model that is annotated `ModelStatic<Post>` or `ModelCtor<Post>`.
        return isNamed(origin.of, /^(?:ModelStatic|ModelCtor|ModelDefined|Repository)$/)
          ? origin.types.map((type) => this.modelOf(type, uri)).find((model) => model !== undefined)
          : undefined;
      default:
        return undefined;
    }
  }

  /** The model whose row a value is: `await Post.findByPk(1)`, the variable of `for (const post of posts)`, `post: Post`. */
  rowModel(origin: Origin, uri: string): SequelizeModel | undefined {
    switch (origin.kind) {
      case 'instance':
        return this.modelOf(origin.of, uri) ?? this.#annotated(origin, uri);
      case 'element':
        return this.#givenBy(origin.of, uri, true);
      case 'member':
        return this.#ofPair(origin, uri) ?? this.#loaded(origin, uri);
      case 'call':
        return this.#givenBy(origin, uri, false);
      default:
        return undefined;
    }
  }

  associationOf(origin: Origin): Association | undefined {
    if (origin.kind === 'member' && origin.of.kind === 'member' && origin.of.name === 'associations') {
      return this.modelOf(origin.of.of, '')?.associations.get(origin.name);
    }
    if (origin.kind !== 'call') return undefined;
    const link = origin.chain.links.at(-1);
    return link && associating.test(link.name)
      ? this.declared.associationAt(origin.at.file.uri, link.range)
      : undefined;
  }

  #ofClass(origin: Origin & { readonly kind: 'class' }, depth = 0): SequelizeModel | undefined {
    const found = this.declared.declaredAt(origin.file.uri, origin.class.nameRange);
    if (found !== undefined || depth > 5 || !origin.class.extends) return found;
    const base = this.tracer.trace(origin.class.extends, { file: origin.file, function: origin.class.within });
    return base.kind === 'class' ? this.#ofClass(base, depth + 1) : undefined;
  }

  #ofCall(origin: Origin & { readonly kind: 'call' }): SequelizeModel | undefined {
    const link = origin.chain.links.at(-1);
    const uri = origin.at.file.uri;
    const receiver = origin.callee.kind === 'member' ? origin.callee.of : undefined;
    switch (link?.name) {
      case 'define':
        return this.declared.declaredAt(uri, link.range);
      case 'model':
      case 'getRepository': {
        const [first] = origin.arguments;
        if (first?.kind === 'literal') {
          return isSequelize(receiver, origin.chain) ? this.declared.named(String(first.value), uri) : undefined;
        }
        return first && this.modelOf(this.tracer.trace(first, origin.at), uri);
      }
      case 'init':
      case 'scope':
      case 'unscoped':
      case 'schema':
        return receiver && this.modelOf(receiver, uri);
      default:
        return undefined;
    }
  }

  /** `models.Post` where nothing else is known of `models`. */
  #ofMember(origin: Origin & { readonly kind: 'member' }, uri: string): SequelizeModel | undefined {
    if (origin.of.kind === 'class' || this.rowModel(origin.of, uri)) return undefined;
    const { of } = origin;
    const isElsewhere = of.kind === 'package' && !packages.test(of.package) && !/^[@.~#]/.test(of.package);
    const isHolder = of.kind === 'member' && holders.test(of.name);
    return isElsewhere || !(isHolder || /^[A-Z]/.test(origin.name)) ? undefined : this.declared.named(origin.name, uri);
  }

  /** `post: CommentInstance` where an interface or a class of another name stands for the model's rows. */
  #annotated(origin: Origin & { readonly kind: 'instance' }, uri: string): SequelizeModel | undefined {
    if (origin.of.kind !== 'type') return undefined;
    const name = origin.of.type.name.replace(/(?:Instance|Model|Attributes|Entity)$/, '');
    return this.declared.named(name, uri);
  }

  /** What a call of a model or of a row gives: one row, or a list of them when `isList`. */
  #givenBy(origin: Origin, uri: string, isList: boolean): SequelizeModel | undefined {
    if (origin.kind === 'member' && /^(?:rows|0)$/.test(origin.name) && isList) {
      const name = calledName(origin.of);
      return name === 'findAndCountAll' ? this.#receiver(origin.of, uri) : this.#loaded(origin, uri);
    }
    if (origin.kind === 'member') return this.#loaded(origin, uri);
    if (origin.kind !== 'call') return undefined;
    const name = calledName(origin) ?? '';
    const pattern = isList
      ? /^(?:findAll|bulkCreate|bulkBuild)$/
      : /^(?:findOne|findByPk|findById|create|build|aggregate)$/;
    if (pattern.test(name)) return this.#receiver(origin, uri);
    const row = origin.callee.kind === 'member' ? this.rowModel(origin.callee.of, uri) : undefined;
    if (row === undefined) return undefined;
    if (/^(?:save|update|reload|restore|increment|decrement|set)$/.test(name)) return isList ? undefined : row;
    return this.#ofAccessor(row, name, origin.arguments, isList);
  }

  /** `post.getComments()`, `post.$get('comments')`, `post.createComment({ … })` */
  #ofAccessor(
    row: SequelizeModel,
    name: string,
    [first]: readonly Value[],
    isList: boolean,
  ): SequelizeModel | undefined {
    const accessor = accessorOf(row, name, stringOf(first));
    if (accessor?.verb === 'create') return isList ? undefined : accessor.association.target;
    if (accessor?.verb !== 'get' || isMulti(accessor.association) !== isList) return undefined;
    return accessor.association.target;
  }

  #receiver(origin: Origin, uri: string): SequelizeModel | undefined {
    if (origin.kind !== 'call' || origin.callee.kind !== 'member') return undefined;
    return this.modelOf(origin.callee.of, uri) ?? this.annotatedModel(origin.callee.of, uri);
  }

  /** Of `posts: typeof Post`, where what is called shows that it is no row. */
  annotatedModel(origin: Origin, uri: string): SequelizeModel | undefined {
    return origin.kind === 'instance' ? this.modelOf(origin.of, uri) : undefined;
  }

  /** `const [user, created] = await User.findOrCreate(…)` */
  #ofPair(origin: Origin & { readonly kind: 'member' }, uri: string): SequelizeModel | undefined {
    if (origin.name !== '0') return undefined;
    const name = calledName(origin.of) ?? '';
    if (/^(?:findOrCreate|findOrBuild|findCreateFind|upsert|findAll|bulkCreate)$/.test(name)) {
      return this.#receiver(origin.of, uri);
    }
    return this.#givenBy(origin.of, uri, true);
  }

  /** `post.author` of a row that was loaded with it. */
  #loaded(origin: Origin & { readonly kind: 'member' }, uri: string): SequelizeModel | undefined {
    return this.rowModel(origin.of, uri)?.associations.get(origin.name)?.target;
  }
}

export function calledName(origin: Origin): string | undefined {
  return origin.kind === 'call' ? origin.chain.links.at(-1)?.name : undefined;
}

function isNamed(origin: Origin, pattern: RegExp): boolean {
  return origin.kind === 'package' && packages.test(origin.package) && pattern.test(origin.path.at(-1) ?? '');
}

/** The package, an object of its class Sequelize, or what is called so where nothing else is known of it. */
export function isSequelize(origin: Origin | undefined, chain?: ChainValue): boolean {
  switch (origin?.kind) {
    case 'package':
      return packages.test(origin.package) && !origin.path.includes('Model');
    case 'instance':
      return isSequelize(origin.of);
    case 'member':
      return /^(?:sequelize|Sequelize|connection)$/.test(origin.name);
    case 'call':
    case 'parameter':
    case 'unknown':
    case undefined: {
      const before = chain?.links.at(-2)?.name ?? chain?.root;
      return typeof before === 'string' && /^(?:sequelize|Sequelize)$/.test(before);
    }
    default:
      return false;
  }
}
