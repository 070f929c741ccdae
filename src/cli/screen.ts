import type { WriteStream } from 'node:tty'
import { createLogUpdate } from 'log-update'
import type { Progress } from '../experiment/progress.ts'
import { renderHeader } from '../report/header.ts'
import { renderRow, renderRowHeader } from '../report/rows.ts'
import { isDumb, styleFor } from './terminal-style.ts'

export interface Screen {
  show(progress: Progress): void
  /** Leaves what is drawn; may be called twice. */
  end(): void
}

/** What is drawn, and where. */
export interface ScreenOptions {
  readonly color: boolean
  /** stdout, unless that is to hold nothing but the report. */
  readonly stream: WriteStream
}

/**
 * The running experiment: a header, then a row a second. On a terminal a status line below shows
 * the phase and is redrawn; elsewhere there are plain rows, and phases go to stderr.
 */
export function newScreen({ color, stream }: ScreenOptions): Screen {
  const style = styleFor(stream, color)
  const status = stream.isTTY && !isDumb() ? liveStatus(stream) : plainStatus(stream)
  let rows = 0
  return {
    show(progress) {
      switch (progress.kind) {
        case 'planned':
          status.above(renderHeader(progress.run, style))
          break
        case 'phase':
          status.now(`${progress.phase}: ${progress.message} …`)
          break
        case 'row': {
          const { row, context } = progress
          if (rows++ === 0) status.above(`\n${renderRowHeader(style)}\n`)
          const ready = { pods: context.readyPods, desired: context.desiredPods }
          const text = renderRow({ ...row, ready, event: context.notes.join(', ') }, style)
          status.above(`${text}\n`)
          break
        }
      }
    },
    end: () => status.end(),
  }
}

interface Status {
  /** Prints lasting text above the status. */
  above(text: string): void
  /** Replaces the status. */
  now(text: string): void
  end(): void
}

/** The phase and its seconds so far: a wait that shows nothing looks like a hang. */
function liveStatus(stream: WriteStream): Status {
  const region = createLogUpdate(stream)
  let current = ''
  let seconds = 0
  const draw = () => {
    if (current !== '') region(seconds === 0 ? current : `${current} ${seconds} s`)
  }
  const ticking = setInterval(() => {
    seconds += 1
    draw()
  }, 1000)
  ticking.unref()
  return {
    above(text) {
      region.clear()
      stream.write(text)
      draw()
    },
    now(text) {
      current = text
      seconds = 0
      draw()
    },
    end() {
      clearInterval(ticking)
      current = ''
      region.clear()
    },
  }
}

function plainStatus(stream: WriteStream): Status {
  return {
    above: (text) => stream.write(text),
    now: (text) => process.stderr.write(`${text}\n`),
    end: () => undefined,
  }
}
