/** Rules that many fields obey, each as the faults of one field. */
import { forbidden, invalid, invalidAll, notSupported, required, type FieldFault } from './fault.ts'
import type { Field } from './field.ts'

/** Text that has to be there. */
export function requireText(field: Field, detail = ''): readonly FieldFault[] {
  return field.text === '' ? [required(field, detail)] : []
}

/** Text of a grammar, wherever it is not empty. */
export function checkText(
  field: Field,
  check: (text: string) => readonly string[],
): readonly FieldFault[] {
  return field.text === '' ? [] : invalidAll(field, field.text, check(field.text))
}

/** Text of a grammar that has to be there. */
export function requireChecked(
  field: Field,
  check: (text: string) => readonly string[],
): readonly FieldFault[] {
  return field.text === '' ? [required(field)] : checkText(field, check)
}

/** One of a few words, wherever it is there. */
export function checkWord(field: Field, allowed: readonly string[]): readonly FieldFault[] {
  if (!field.isPresent || allowed.includes(field.text)) return []
  return [notSupported(field, field.value, allowed)]
}

export function checkNumber(
  field: Field,
  check: (value: number) => readonly string[],
): readonly FieldFault[] {
  const { number } = field
  return number === undefined ? [] : invalidAll(field, number, check(number))
}

/** A path that stays inside where it starts: neither absolute nor with `..`. */
export function checkLocalPath(field: Field): readonly FieldFault[] {
  return [
    ...(field.text.startsWith('/') ? [invalid(field, field.text, 'must be a relative path')] : []),
    ...checkNoBacksteps(field),
  ]
}

/** The same, which does not start with `..` either: such names are the kubelet's own. */
export function checkLocalFilePath(field: Field): readonly FieldFault[] {
  const { text } = field
  const isReserved = text.startsWith('..') && !text.startsWith('../')
  return [
    ...checkLocalPath(field),
    ...(isReserved ? [invalid(field, text, "must not start with '..'")] : []),
  ]
}

export function checkNoBacksteps(field: Field): readonly FieldFault[] {
  const steps = field.text.split('/')
  return steps.includes('..') ? [invalid(field, field.text, "must not contain '..'")] : []
}

/** Permission bits of a file. */
export function checkFileMode(field: Field): readonly FieldFault[] {
  return checkNumber(field, (mode) =>
    mode >= 0 && mode <= 0o777
      ? []
      : ['must be a number between 0 and 0777 (octal), both inclusive'],
  )
}

/** A field that has no place here. */
export function forbidPresent(field: Field, detail: string): readonly FieldFault[] {
  return field.isPresent ? [forbidden(field, detail)] : []
}
