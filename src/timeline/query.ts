import type { Fact, FactKind, FactOf } from './fact.ts'

/** The facts of one kind, in their given order. */
export function factsOf<K extends FactKind>(facts: readonly Fact[], kind: K): FactOf<K>[] {
  return facts.filter((fact): fact is Fact & FactOf<K> => fact.kind === kind)
}
