const LEVELS = '▁▂▃▄▅▆▇█'

/**
 * One character a value, as high as the value is beside `most`; what is not known is blank. The last
 * `width` values are shown.
 */
export function sparkline(
  values: readonly (number | undefined)[],
  width: number,
  most = Math.max(0, ...values.map((value) => value ?? 0)),
): string {
  if (width <= 0) return ''
  return values
    .slice(-width)
    .map((value) => {
      if (value === undefined) return ' '
      const level = most === 0 ? 0 : Math.round((value / most) * (LEVELS.length - 1))
      return LEVELS[Math.max(0, Math.min(LEVELS.length - 1, level))]
    })
    .join('')
}
