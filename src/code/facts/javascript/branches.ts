import type { Branch } from '../values';
import type { FileReader } from './file-reader';
import type { End } from './flow';
import { type Frame, inBranch } from './frame';
import { childOf, unwrap } from './nodes';
import type { SyntaxNode } from './syntax-tree';

/** Reads the statements that decide: `if`, `switch`, `try`. */
export class BranchReader {
  readonly #file: FileReader;

  constructor(file: FileReader) {
    this.#file = file;
  }

  /** `else if` is a further arm of the same decision. */
  if(node: SyntaxNode, frame: Frame): End {
    const bodies: (SyntaxNode | undefined)[] = [];
    const first = childOf(node, 'condition');
    let current: SyntaxNode | undefined = node;
    while (current !== undefined) {
      const test = childOf(current, 'condition');
      if (test !== undefined) this.#file.expressions.read(test, frame, { within: 'condition' });
      bodies.push(childOf(current, 'consequence'));
      const otherwise: SyntaxNode | undefined = childOf(current, 'alternative')?.children.at(-1);
      if (otherwise?.type === 'if_statement') current = otherwise;
      else {
        bodies.push(otherwise);
        current = undefined;
      }
    }
    const isSimple = bodies.length === 2 && first !== undefined;
    const { id, flipped } = isSimple
      ? this.#file.decisions.of(first, frame)
      : { id: this.#file.decisions.next(), flipped: false };
    return this.#arms(
      bodies.map((body, i) => ({ body: body === undefined ? [] : [body], arm: flipped ? 1 - i : i })),
      id,
      bodies.length,
      frame,
    );
  }

  #arms(arms: readonly { body: readonly SyntaxNode[]; arm: number }[], id: number, of: number, frame: Frame): End {
    return this.#file.flow.decide(
      arms.map(({ body, arm }) => {
        const branch: Branch = { id, arm, of };
        return { branch, read: () => inBranch(frame, branch, () => this.#file.statements.block(body, frame)) };
      }),
    );
  }

  switch(node: SyntaxNode, frame: Frame): End {
    const value = childOf(node, 'value');
    if (value !== undefined) this.#file.expressions.read(value, frame, { within: 'condition' });
    const cases = childOf(node, 'body')?.children ?? [];
    // `case 1: case 2: …` is one arm.
    const bodies: SyntaxNode[][] = [];
    for (const each of cases) {
      const test = childOf(each, 'value');
      if (test !== undefined) this.#file.expressions.read(test, frame, {});
      const body = each.children.filter((child) => child.field === 'body');
      if (body.length > 0) bodies.push(body);
    }
    const hasDefault = cases.some((each) => each.type === 'switch_default' && each.children.length > 1);
    const of = bodies.length + (hasDefault ? 0 : 1);
    const arms = bodies.map((body, arm) => ({ body, arm }));
    if (!hasDefault) arms.push({ body: [], arm: bodies.length });
    const id = this.#file.decisions.next();
    frame.breakable.push('switch');
    const end = this.#file.statements.scoped(node, frame, () =>
      this.#file.flow.decide(
        arms.map(({ body, arm }) => {
          const branch: Branch = { id, arm, of };
          return {
            branch,
            read: (): End => {
              const last = unwrap(body.at(-1) ?? node);
              const ended = inBranch(frame, branch, () => this.#file.statements.block(body, frame));
              return ended === 'break' && endsWithBreak(last) ? 'on' : ended;
            },
          };
        }),
      ),
    );
    frame.breakable.pop();
    return end === 'break' ? 'on' : end;
  }

  /** The handler is an arm of a decision: nobody knows how far the block came. */
  try(node: SyntaxNode, frame: Frame): End {
    const wasTry = frame.isTry;
    const body = childOf(node, 'body');
    frame.isTry = true;
    const end = body === undefined ? 'on' : this.#file.statements.read(body, frame);
    frame.isTry = wasTry;
    const handler = childOf(node, 'handler');
    let both: End = end;
    if (handler !== undefined) {
      const id = this.#file.decisions.next();
      const caught = this.#file.flow.decide([
        { branch: { id, arm: 0, of: 2 }, read: () => end },
        {
          branch: { id, arm: 1, of: 2 },
          read: () => inBranch(frame, { id, arm: 1, of: 2 }, () => this.#catch(handler, frame)),
        },
      ]);
      both = caught;
    }
    const last = childOf(node, 'finalizer');
    const inner = last === undefined ? undefined : childOf(last, 'body');
    const finished = inner === undefined ? 'on' : this.#file.statements.read(inner, frame);
    return finished === 'on' ? both : finished;
  }

  #catch(node: SyntaxNode, frame: Frame): End {
    return this.#file.statements.scoped(node, frame, () => {
      const parameter = childOf(node, 'parameter');
      if (parameter !== undefined) this.#file.patterns.read(parameter, frame);
      const body = childOf(node, 'body');
      return body === undefined ? 'on' : this.#file.statements.read(body, frame);
    });
  }
}

/** A `break` inside of an `if` leaves the switch too, but there the rest of the case is skipped only sometimes. */
function endsWithBreak(node: SyntaxNode): boolean {
  if (node.type === 'statement_block') return endsWithBreak(node.children.at(-1) ?? { ...node, type: '' });
  return node.type === 'break_statement';
}
