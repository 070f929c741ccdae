/** What a plain (unquoted) YAML scalar stands for. */
export type ScalarValue = string | number | boolean | null

const TRUE = new Set(['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'])
const FALSE = new Set(['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'])
const NULL = new Set(['', '~', 'null', 'Null', 'NULL'])

/**
 * Reads a plain scalar as kubectl does: YAML 1.1's booleans (`y`, `no`, `on`) and octals (`0644`)
 * with YAML 1.2's (`0o644`), underscores in numbers, but neither sexagesimals nor dates.
 * Compared with kubectl 1.34 in yaml-scalar.test.ts.
 */
export function resolvePlainScalar(text: string): ScalarValue {
  if (NULL.has(text)) return null
  if (TRUE.has(text)) return true
  if (FALSE.has(text)) return false
  return /^[-+.0-9]/.test(text) ? (resolveNumber(text.replaceAll('_', '')) ?? text) : text
}

/** A number with the underscores taken out, or undefined. Too large a number is a string, as in kubectl. */
function resolveNumber(text: string): number | undefined {
  const [, sign = '', magnitude = ''] = /^([-+]?)(.*)$/.exec(text) ?? []
  const value = resolveMagnitude(magnitude)
  if (value === undefined || !Number.isFinite(value)) return undefined
  return sign === '-' && value !== 0 ? -value : value
}

function resolveMagnitude(text: string): number | undefined {
  if (/^0[bB][01]+$/.test(text)) return Number.parseInt(text.slice(2), 2)
  if (/^0[xX][0-9a-fA-F]+$/.test(text)) return Number.parseInt(text.slice(2), 16)
  if (/^0[oO][0-7]+$/.test(text)) return Number.parseInt(text.slice(2), 8)
  if (/^0[0-7]+$/.test(text)) return Number.parseInt(text, 8)
  if (/^(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$/.test(text)) return Number(text)
  return undefined
}
