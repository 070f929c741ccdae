import { encodeBase64 } from '../../base/base64.ts'
import { fieldsOf, textOf, type Fields } from '../../base/fields.ts'
import type { Secret } from '../access.ts'
import { fill, withoutZeros } from '../defaults/fill.ts'
import { defineKind } from '../kind-definition.ts'
import { SECRET_TABLE } from '../printing/plain-tables.ts'
import { Field } from '../validation/field.ts'
import { validateSecret, validateSecretUpdate } from '../validation/secret.ts'
import { warnOfSecret } from '../warnings/plain-kinds.ts'

export const SECRET = defineKind<Secret>({
  kind: 'Secret',
  apiVersion: 'v1',
  plural: 'secrets',
  namespaced: true,
  strategy: { hasStatus: false },
  updateSteps: ['metadata-change', 'change', 'metadata', 'object'],
  selectableFields: ({ type }) => ({ type: type ?? '' }),
  applyDefaults: (secret) =>
    fill(withoutZeros(withStringData(secret), ['type']), { type: 'Opaque' }),
  validate: (secret) => validateSecret(new Field(secret)),
  validateUpdate: (next, previous) => validateSecretUpdate(new Field(next), new Field(previous)),
  warnings: warnOfSecret,
  table: SECRET_TABLE,
  runsFromManifest: true,
})

/** `stringData` is written only: its values go into `data`, encoded, over those that are there. */
function withStringData(secret: Fields): Fields {
  const { stringData, ...rest } = secret
  if (stringData === undefined) return secret
  const texts = Object.entries(fieldsOf(stringData))
  if (texts.length === 0) return rest
  const encoded = texts.map(([key, text]) => [
    key,
    encodeBase64(new TextEncoder().encode(textOf(text))),
  ])
  return { ...rest, data: { ...fieldsOf(rest['data']), ...Object.fromEntries(encoded) } }
}
