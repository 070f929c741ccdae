/** A flag that may be given several times; one that took several values would swallow the path after it. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}
