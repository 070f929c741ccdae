/** `9214` → `9,214`: without a locale, so that every machine prints the same. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** A part of 1 as a percentage, rounded down to a tenth: `99.9 %` never stands for less than that, nor `100 %` for less than all. */
export function formatShare(share: number): string {
  // The small addend undoes binary fractions: 0.999 is stored a little below itself.
  return `${Math.floor(share * 1_000 + 1e-9) / 10} %`
}

/** An upper bound as a percentage, two significant digits, rounded up so that it stays a bound. */
export function formatBound(bound: number): string {
  const percent = bound * 100
  if (percent <= 0) return '0 %'
  const step = 10 ** (Math.floor(Math.log10(percent)) - 1)
  return `${Number((Math.ceil(percent / step - 1e-9) * step).toPrecision(2))} %`
}

/** `0.9ms`, `12.4ms`, `123ms`, `1.20s`, `12.3s`. */
export function formatMs(ms: number): string {
  if (ms < 99.95) return `${ms.toFixed(1)}ms`
  if (ms < 999.5) return `${Math.round(ms)}ms`
  const seconds = ms / 1_000
  return seconds < 9.995 ? `${seconds.toFixed(2)}s` : `${seconds.toFixed(1)}s`
}

/** As `formatMs`, and `-` where there is none. */
export function formatMsIfAny(ms: number | undefined): string {
  return ms === undefined ? '-' : formatMs(ms)
}

/** `1 request`, `2,000 requests`. */
export function formatNumberOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** `512 B`, `1.5 kB`, `2.0 MB`: powers of ten, as networks count. */
export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`
  const exponent = Math.min(5, Math.floor(Math.log10(bytes) / 3))
  return `${(bytes / 1_000 ** exponent).toFixed(1)} ${'kMGTP'[exponent - 1]}B`
}
