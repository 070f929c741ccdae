const UNITS_NS = { us: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3_600e9 } as const

/** A duration as Go's time.Duration prints it: `410.996µs`, `1.991s`, `1m0.5s`. */
export function goDuration(ns: number): string {
  const whole = Math.round(ns)
  if (whole < UNITS_NS.us) return whole === 0 ? '0s' : `${whole}ns`
  if (whole < UNITS_NS.ms) return `${decimal(whole, 3)}µs`
  if (whole < UNITS_NS.s) return `${decimal(whole, 6)}ms`
  const hours = Math.floor(whole / UNITS_NS.h)
  const minutes = Math.floor((whole % UNITS_NS.h) / UNITS_NS.m)
  const seconds = `${decimal(whole % UNITS_NS.m, 9)}s`
  if (hours > 0) return `${hours}h${minutes}m${seconds}`
  return minutes > 0 ? `${minutes}m${seconds}` : seconds
}

/** A whole number divided by a power of ten, without a loss and without zeros at the end. */
function decimal(value: number, places: number): string {
  const digits = String(value).padStart(places + 1, '0')
  const fraction = digits.slice(-places).replace(/0+$/, '')
  return fraction === '' ? digits.slice(0, -places) : `${digits.slice(0, -places)}.${fraction}`
}

/** C's and Go's `%.<precision>g`; without a precision, Go's `%g`: as many digits as are needed. */
export function formatG(value: number, precision?: number): string {
  if (value === 0) return '0'
  const [mantissa = '', exponentText = '0'] = value
    .toExponential(precision === undefined ? undefined : precision - 1)
    .split('e')
  const exponent = Number(exponentText)
  if (exponent < -4 || exponent >= (precision ?? 21)) {
    const sign = exponent < 0 ? '-' : '+'
    return `${withoutZeros(mantissa)}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`
  }
  const digits = precision ?? mantissa.replace(/[-.]/g, '').length
  return withoutZeros(value.toFixed(Math.max(0, digits - 1 - exponent)))
}

function withoutZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}
