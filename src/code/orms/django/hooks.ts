import type { ClassFacts, FileFacts } from '../../facts/facts';
import { entry, nameOf, pathOf } from '../../facts/value-access';
import type { Value } from '../../facts/values';

/** `@receiver(post_save, sender=Post)`, `post_save.connect(notify, sender=Post)`. */
export interface Signal {
  readonly name: string;
  /** The model's name; undefined: all of them. */
  readonly sender: string | undefined;
}

const signalName = /^(?:pre|post)_(?:save|delete|init)$|^m2m_changed$/;

export function signalsIn({ functions }: FileFacts): Signal[] {
  return functions.flatMap(({ uses }) =>
    uses.flatMap(({ chain }) => {
      const [first] = chain.links;
      const given = first?.arguments ?? [];
      const sender = senderOf(given);
      if (chain.root === 'receiver' && first?.name === '')
        return given.flatMap(namesOf).map((name) => ({ name, sender }));
      const connected = chain.links.findIndex(({ name, arguments: values }) => name === 'connect' && values);
      if (connected < 0) return [];
      const name = connected === 0 ? chain.root : chain.links[connected - 1]?.name;
      return typeof name === 'string' && signalName.test(name)
        ? [{ name, sender: senderOf(chain.links[connected]?.arguments ?? []) }]
        : [];
    }),
  );
}

/** `post_save`, `signals.post_save`, `[pre_save, post_save]` */
function namesOf(value: Value): string[] {
  if (value.kind === 'array') return value.elements.flatMap((one) => namesOf(one.value));
  const name = pathOf(value)?.at(-1) ?? '';
  return signalName.test(name) ? [name] : [];
}

function senderOf(values: readonly Value[]): string | undefined {
  const sender = entry(values.at(-1), 'sender');
  const text = sender?.kind === 'literal' ? String(sender.value) : (nameOf(sender) ?? pathOf(sender)?.at(-1));
  return text?.split('.').at(-1);
}

/** What runs when a row is written one by one, and not in bulk: `save()` of its own, signals. */
export function hooksOf(classes: readonly ClassFacts[], signals: readonly Signal[]): string[] {
  const own = classes.flatMap(({ methods }) =>
    methods.map(({ name }) => name).filter((name) => /^(?:save|delete|create|bulk_create)$/.test(name)),
  );
  const names = new Set(classes.map(({ name }) => name));
  const connected = signals.filter(({ sender }) => sender === undefined || names.has(sender)).map(({ name }) => name);
  return [...new Set([...own, ...connected])];
}
