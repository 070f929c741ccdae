import { fieldShape, isMap, type GranularShape, type Shape } from './shape.ts'

/**
 * A merged value as Kubernetes' types hold it: a field that is null is absent, a text that is null
 * empty. The same value when it holds no null.
 */
export function storedForm(shape: Shape, value: unknown): unknown {
  if (Array.isArray(value)) {
    const inner: Shape = shape.type === 'list' ? shape.item() : { type: 'any' }
    const items = value.map((item: unknown) => storedForm(inner, item))
    return items.every((item, index) => item === value[index]) ? value : items
  }
  if (!isMap(value) || shape.type === 'scalar' || shape.type === 'any') return value
  // Without a schema nobody knows what null means.
  if (shape.type === 'list' || shape.type === 'deduced') return value
  return storedMap(shape, value)
}

function storedMap(shape: GranularShape, map: Readonly<Record<string, unknown>>): unknown {
  const kept: [string, unknown][] = []
  let changed = false
  for (const [name, value] of Object.entries(map)) {
    const inner = fieldShape(shape, name) ?? { type: 'any' }
    const stored = value === null ? nullIn(shape, inner) : storedForm(inner, value)
    changed ||= stored !== value
    if (stored !== undefined) kept.push([name, stored])
  }
  return changed ? Object.fromEntries(kept) : map
}

/** Undefined: the field is absent. */
function nullIn(shape: GranularShape, inner: Shape): unknown {
  if (shape.type === 'struct') return undefined
  return inner.type === 'scalar' && inner.scalar === 'string' ? '' : null
}
