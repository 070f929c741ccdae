import type { WriteStream } from 'node:tty'
import { ANSI_STYLE, PLAIN_STYLE, type Style } from '../report/style.ts'

/** Colours on a terminal that has them, unless --no-color or NO_COLOR (https://no-color.org) forbids them. */
export function styleFor(stream: Pick<WriteStream, 'isTTY'>, color = true): Style {
  const forbidden = !color || (process.env['NO_COLOR'] ?? '') !== ''
  return stream.isTTY && !isDumb() && !forbidden ? ANSI_STYLE : PLAIN_STYLE
}

/** A terminal that prints escape sequences as they are: an editor's window, say (terminfo's `dumb`). */
export function isDumb(): boolean {
  return process.env['TERM'] === 'dumb'
}
