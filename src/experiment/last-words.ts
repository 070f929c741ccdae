/** Where programs of many languages begin the line that says why they ended: `TypeError: …`, `panic: …`. */
const REASON = /^[\w.]*(error|exception|panic|fatal)/i

/** Enough for a sentence of the app; its logs are in the recording. */
const LENGTH_MAX = 200

/**
 * The one line of a container's last output that tells the most: the last that begins as an error does, otherwise
 * the last. What stands below an error is mostly its stack.
 */
export function lastWordsOf(output: string): string {
  const lines = output
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
  const line = (lines.findLast((text) => REASON.test(text)) ?? lines.at(-1) ?? '').trim()
  return line.length <= LENGTH_MAX ? line : `${line.slice(0, LENGTH_MAX - 1)}…`
}
