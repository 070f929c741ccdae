import type { WriteStream } from 'node:tty'
import { ANSI_STYLE, PLAIN_STYLE, type Style } from '../report/style.ts'

/** Colours on a terminal, unless --no-color or NO_COLOR (https://no-color.org) forbids them. */
export function styleFor(stream: Pick<WriteStream, 'isTTY'>, color = true): Style {
  const forbidden = !color || (process.env['NO_COLOR'] ?? '') !== ''
  return stream.isTTY && !forbidden ? ANSI_STYLE : PLAIN_STYLE
}
