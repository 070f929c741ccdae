import type { WriteStream } from 'node:tty'

/** A terminal that is drawn on as a whole. */
export interface FullScreen {
  /** No more lines than the terminal has. */
  draw(text: string): void
  /** What was there before is there again; may be called twice. */
  end(): void
}

/** Private modes of xterm, as terminals in use know them: the other screen buffer, no cursor, no wrapping. */
const ENTER = '\u001B[?1049h\u001B[?25l\u001B[?7l'
const LEAVE = '\u001B[?7h\u001B[?25h\u001B[?1049l'
/** A frame that is shown when it is whole, so that it does not flicker; others ignore it. */
const BEGIN_FRAME = '\u001B[?2026h\u001B[H'
const END_FRAME = '\u001B[J\u001B[?2026l'
const END_LINE = '\u001B[K'

/** Takes the terminal's other screen buffer, and gives it back however the process ends, a kill aside. */
export function fullScreen(stream: WriteStream): FullScreen {
  let isTaken = true
  const end = () => {
    if (!isTaken) return
    isTaken = false
    process.off('exit', end)
    stream.write(LEAVE)
  }
  process.on('exit', end)
  stream.write(ENTER)
  return {
    draw(text) {
      if (!isTaken) return
      const lines = text.trimEnd().split('\n')
      stream.write(`${BEGIN_FRAME}${lines.join(`${END_LINE}\r\n`)}${END_LINE}${END_FRAME}`)
    },
    end,
  }
}
