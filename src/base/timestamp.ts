/** RFC 3339 in UTC with whole seconds, as metav1.Time prints it: `2026-11-21T09:30:00Z`. */
export function formatTimestamp(wallMs: number): string {
  return formatTimestampMs(wallMs).replace(/\.\d+Z$/, 'Z')
}

/** RFC 3339 in UTC with milliseconds. */
export function formatTimestampMs(wallMs: number): string {
  return new Date(wallMs).toISOString()
}

/** Milliseconds since the Unix epoch of an RFC 3339 time; undefined when it is not one. */
export function parseTimestamp(text: string): number | undefined {
  const wallMs = Date.parse(text)
  return Number.isNaN(wallMs) ? undefined : wallMs
}
