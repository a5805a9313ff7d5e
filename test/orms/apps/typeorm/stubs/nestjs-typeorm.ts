/** What the real decorator would tell the container; the tests construct services by hand. */
export function InjectRepository(_entity: unknown): ParameterDecorator {
  return () => undefined;
}
