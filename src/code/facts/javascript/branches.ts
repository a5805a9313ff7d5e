import type { Branch } from '../values';
import { equals, withPostgres } from './dialects';
import type { FileReader } from './file-reader';
import type { End } from './flow';
import { type Frame, inBranch } from './frame';
import { childOf, rangeOf, unwrap } from './nodes';
import type { SyntaxNode } from './syntax-tree';

/** Reads the statements that decide: `if`, `switch`, `try`. */
export class BranchReader {
  readonly #file: FileReader;

  constructor(file: FileReader) {
    this.#file = file;
  }

  /** `else if` is a further arm of the same decision. What another kind of database would need is not read. */
  if(node: SyntaxNode, frame: Frame): End {
    const bodies: (SyntaxNode | undefined)[] = [];
    let first: SyntaxNode | undefined;
    let current: SyntaxNode | undefined = node;
    while (current !== undefined) {
      const test = childOf(current, 'condition');
      if (test !== undefined) this.#file.expressions.read(test, frame, { within: 'condition' });
      const answer = test && withPostgres(test, this.#file.source);
      const body = childOf(current, 'consequence');
      const otherwise: SyntaxNode | undefined = childOf(current, 'alternative')?.children.at(-1);
      if (answer !== false) bodies.push(body);
      if (answer === undefined) first ??= test;
      current = otherwise?.type === 'if_statement' && answer !== true ? otherwise : undefined;
      if (current === undefined && answer !== true) bodies.push(otherwise);
    }
    if (first === undefined) {
      const [only] = bodies;
      return only === undefined ? 'on' : this.#file.statements.read(only, frame);
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
    for (const { body } of arms) noteArm(body, id, of, frame);
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
    const asked = value === undefined ? '' : this.#file.source.slice(value.start, value.end).replace(/^\(|\)$/g, '');
    // `case 1: case 2: …` is one arm.
    let bodies: SyntaxNode[][] = [];
    let answers: (boolean | undefined)[] = [];
    let isDecided = false;
    let hasDefault = false;
    for (const each of cases) {
      const test = childOf(each, 'value');
      if (test !== undefined) this.#file.expressions.read(test, frame, {});
      answers.push(test && equals(asked, this.#file.source.slice(test.start, test.end)));
      const body = each.children.filter((child) => child.field === 'body');
      if (body.length === 0) continue;
      const isOther = answers.every((answer) => answer === false);
      const isOwn = answers.includes(true);
      answers = [];
      if (isOther || (isDecided && !isOwn)) continue;
      if (isOwn) bodies = [];
      isDecided ||= isOwn;
      bodies.push(body);
      hasDefault ||= each.type === 'switch_default' || isOwn;
    }
    const of = bodies.length + (hasDefault ? 0 : 1);
    const arms = bodies.map((body, arm) => ({ body, arm }));
    const id = this.#file.decisions.next();
    if (!isDecided) for (const { body } of arms) noteArm(body, id, of, frame);
    if (!hasDefault) arms.push({ body: [], arm: bodies.length });
    frame.breakable.push('switch');
    const read = (body: readonly SyntaxNode[]): End => {
      const ended = this.#file.statements.block(body, frame);
      return ended === 'break' && endsWithBreak(unwrap(body.at(-1) ?? node)) ? 'on' : ended;
    };
    const end = this.#file.statements.scoped(node, frame, () =>
      isDecided
        ? read(bodies[0] ?? [])
        : this.#file.flow.decide(
            arms.map(({ body, arm }) => {
              const branch: Branch = { id, arm, of };
              return { branch, read: () => inBranch(frame, branch, () => read(body)) };
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
    noteTry(node, frame);
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

function noteArm(body: readonly SyntaxNode[], id: number, of: number, { draft }: Frame): void {
  const [first] = body;
  const last = body.at(-1);
  if (first && last) draft.ways.push({ kind: 'arm', id, of, range: { start: first.start, end: last.end } });
}

function noteTry(node: SyntaxNode, { draft }: Frame): void {
  const body = childOf(node, 'body');
  const handler = childOf(node, 'handler');
  const finalizer = childOf(node, 'finalizer');
  if (!body) return;
  draft.ways.push({
    kind: 'try',
    body: rangeOf(body),
    ...(handler && { handler: rangeOf(handler) }),
    ...(finalizer && { finalizer: rangeOf(finalizer) }),
  });
}

/** A `break` inside of an `if` leaves the switch too, but there the rest of the case is skipped only sometimes. */
function endsWithBreak(node: SyntaxNode): boolean {
  if (node.type === 'statement_block') return endsWithBreak(node.children.at(-1) ?? { ...node, type: '' });
  return node.type === 'break_statement';
}
