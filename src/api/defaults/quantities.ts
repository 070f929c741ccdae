import { isFields, type Fields } from '../../base/fields.ts'
import { formatQuantity, parseQuantity, roundToMillis } from '../quantity.ts'
import { mapField } from './fill.ts'

/** The quantity in `field` in its one spelling: `1000m` is `1`; what is none stays for validation to refuse. */
export function roundQuantity(fields: Fields, field: string): Fields {
  const value = fields[field]
  const quantity = parseQuantity(value)
  if (quantity === undefined) return fields
  const printed = formatQuantity(roundToMillis(quantity))
  return printed === value ? fields : { ...fields, [field]: printed }
}

/** The same for all amounts of a list of resources. */
export function roundQuantities(fields: Fields, field: string): Fields {
  if (!isFields(fields[field])) return fields
  return mapField(fields, field, (resources) =>
    Object.keys(resources).reduce(roundQuantity, resources),
  )
}
