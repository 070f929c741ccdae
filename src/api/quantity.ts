/**
 * Amounts of resources: `500m`, `1.5`, `64Mi`, `1e3`. Kept to a billionth, as Kubernetes keeps them.
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export interface Quantity {
  readonly nanos: bigint
  /** How it was written, and is written again. */
  readonly form: 'decimal' | 'binary' | 'exponent'
}

const NANOS = 1_000_000_000n
const DECIMAL_SUFFIXES = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E']
const BINARY_SUFFIXES = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei']
const PATTERN = /^([+-]?)(\d*)(?:\.(\d*))?([numkMGTPE]|[KMGTPE]i|[eE][+-]?\d+)?$/
/** More than any resource has; a longer number is cut there rather than worked out. */
const EXPONENT_MAX = 30

export const ZERO: Quantity = { nanos: 0n, form: 'decimal' }

/** Undefined for what is no quantity. A number is one too: people write `cpu: 2`. */
export function parseQuantity(value: unknown): Quantity | undefined {
  if (typeof value === 'number') return parseQuantity(String(value))
  if (typeof value !== 'string') return undefined
  const matched = PATTERN.exec(value)
  if (matched === null) return undefined
  const [, sign = '', whole = '', fraction = '', suffix = ''] = matched
  if (whole === '' && fraction === '') return undefined
  const { factor, divisor, form } = scaleOf(suffix)
  const digits = BigInt(`${whole}${fraction}`)
  const scaled = digits * factor * NANOS
  const nanos = roundedUp(scaled, divisor * 10n ** BigInt(fraction.length))
  return { nanos: sign === '-' ? -nanos : nanos, form }
}

export function compareQuantities(a: Quantity, b: Quantity): number {
  return a.nanos < b.nanos ? -1 : Number(a.nanos > b.nanos)
}

/** Up to the next thousandth, which is as exact as a stored object is. */
export function roundToMillis(quantity: Quantity): Quantity {
  const step = NANOS / 1000n
  const { nanos } = quantity
  const size = roundedUp(nanos < 0n ? -nanos : nanos, step) * step
  return { ...quantity, nanos: nanos < 0n ? -size : size }
}

export function isWhole({ nanos }: Quantity): boolean {
  return nanos % NANOS === 0n
}

/** The one spelling of an amount in its form: `1000m` is `1`, `1024Mi` is `1Gi`. */
export function formatQuantity(quantity: Quantity): string {
  const { nanos, form } = quantity
  if (nanos === 0n) return '0'
  const size = nanos < 0n ? -nanos : nanos
  const sign = nanos < 0n ? '-' : ''
  const isSmall = size < 1024n * NANOS
  if (form === 'binary' && !isSmall && isWhole(quantity)) {
    const { digits, steps } = withoutFactors(size / NANOS, 1024n, BINARY_SUFFIXES.length - 1)
    return `${sign}${digits}${BINARY_SUFFIXES[steps] ?? ''}`
  }
  const { digits, steps } = withoutFactors(size, 1000n, DECIMAL_SUFFIXES.length - 1)
  if (form !== 'exponent') return `${sign}${digits}${DECIMAL_SUFFIXES[steps] ?? ''}`
  const exponent = 3 * steps - 9
  return `${sign}${digits}${exponent === 0 ? '' : `e${exponent}`}`
}

function withoutFactors(
  value: bigint,
  factor: bigint,
  stepsMax: number,
): { readonly digits: bigint; readonly steps: number } {
  let [digits, steps] = [value, 0]
  while (steps < stepsMax && digits % factor === 0n) {
    digits /= factor
    steps += 1
  }
  return { digits, steps }
}

function scaleOf(suffix: string): {
  readonly factor: bigint
  readonly divisor: bigint
  readonly form: Quantity['form']
} {
  if (suffix.endsWith('i')) {
    const factor = 1024n ** BigInt(BINARY_SUFFIXES.indexOf(suffix))
    return { factor, divisor: 1n, form: 'binary' }
  }
  const isExponent = /^[eE][+-]?\d/.test(suffix)
  const power = isExponent ? Number(suffix.slice(1)) : 3 * DECIMAL_SUFFIXES.indexOf(suffix) - 9
  const bounded = BigInt(Math.min(EXPONENT_MAX, Math.abs(power)))
  return {
    factor: power > 0 ? 10n ** bounded : 1n,
    divisor: power < 0 ? 10n ** bounded : 1n,
    form: isExponent ? 'exponent' : 'decimal',
  }
}

function roundedUp(value: bigint, divisor: bigint): bigint {
  return (value + divisor - 1n) / divisor
}
