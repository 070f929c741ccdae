import type { Fields } from '../../base/fields.ts'
import { fill, mapField } from './fill.ts'
import { roundQuantity } from './quantities.ts'

/** A field or an amount that a variable or a file shows. */
export function defaultReference(source: Fields): Fields {
  const filled = mapField(source, 'fieldRef', (reference) => fill(reference, { apiVersion: 'v1' }))
  return mapField(filled, 'resourceFieldRef', (reference) =>
    roundQuantity(fill(reference, { divisor: '0' }), 'divisor'),
  )
}
