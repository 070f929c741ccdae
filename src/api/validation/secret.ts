import { decodeBase64 } from '../../base/base64.ts'
import { areEqual } from '../../base/equal-values.ts'
import { describeJsonFault } from '../json-fault.ts'
import { forbidden, invalid, invalidAll, required, tooLong, type FieldFault } from './fault.ts'
import type { Field } from './field.ts'
import { checkConfigKey } from './names.ts'

/** All values of a Secret together, decoded. */
const BYTES_MAX = 1024 * 1024
const ACCOUNT_NAME = 'kubernetes.io/service-account.name'
const SET_RULE = 'field is immutable when `immutable` is set'

/** pkg/apis/core/validation/validation.go, ValidateSecret. */
export function validateSecret(secret: Field): readonly FieldFault[] {
  const data = secret.field('data')
  const bytes = data.entries.reduce((sum, [, value]) => sum + decodedLength(value.text), 0)
  return [
    ...data.entries.flatMap(([key, value]) => invalidAll(value, key, checkConfigKey(key))),
    ...(bytes > BYTES_MAX ? [tooLong(data, BYTES_MAX)] : []),
    ...validateType(secret, data),
  ]
}

/** https://kubernetes.io/docs/concepts/configuration/secret/#secret-types */
function validateType(secret: Field, data: Field): readonly FieldFault[] {
  const missing = (...keys: readonly string[]): readonly FieldFault[] =>
    keys.filter((key) => !data.has(key)).map((key) => required(data.entry(key)))
  switch (secret.field('type').text) {
    case 'kubernetes.io/service-account-token': {
      const annotations = secret.field('metadata', 'annotations')
      const name = annotations.field(ACCOUNT_NAME).text
      return name === '' ? [required(annotations.entry(ACCOUNT_NAME))] : []
    }
    case 'kubernetes.io/dockercfg':
      return data.has('.dockercfg') ? validateJson(data, '.dockercfg') : missing('.dockercfg')
    case 'kubernetes.io/dockerconfigjson':
      return data.has('.dockerconfigjson')
        ? validateJson(data, '.dockerconfigjson')
        : missing('.dockerconfigjson')
    case 'kubernetes.io/basic-auth':
      return data.has('username') || data.has('password') ? [] : missing('username', 'password')
    case 'kubernetes.io/ssh-auth':
      return data.field('ssh-privatekey').text === ''
        ? [required(data.entry('ssh-privatekey'))]
        : []
    case 'kubernetes.io/tls':
      return missing('tls.crt', 'tls.key')
    default:
      return []
  }
}

/** Its content is not told to who may not read it. */
function validateJson(data: Field, key: string): readonly FieldFault[] {
  const why = describeJsonFault(new TextDecoder().decode(decodeBase64(data.field(key).text)))
  return why === undefined ? [] : [invalid(data.entry(key), '<secret contents redacted>', why)]
}

export function validateSecretUpdate(next: Field, previous: Field): readonly FieldFault[] {
  const type = next.field('type')
  const isFixed = previous.field('immutable').isTrue
  const [before, after] = [previous.field('data').value ?? {}, next.field('data').value ?? {}]
  return [
    ...(type.text === previous.field('type').text
      ? []
      : [invalid(type, type.text, 'field is immutable')]),
    ...(isFixed && !next.field('immutable').isTrue
      ? [forbidden(next.child('immutable'), SET_RULE)]
      : []),
    ...(isFixed && !areEqual(after, before) ? [forbidden(next.child('data'), SET_RULE)] : []),
  ]
}

function decodedLength(base64: string): number {
  const text = base64.replaceAll(/[\r\n]/g, '')
  const padding = text.endsWith('==') ? 2 : Number(text.endsWith('='))
  return (text.length / 4) * 3 - padding
}
