import { createLogUpdate } from 'log-update'
import type { Progress } from '../experiment/progress.ts'
import { renderHeader } from '../report/header.ts'
import { renderRow, renderRowHeader } from '../report/rows.ts'
import { styleFor } from './terminal-style.ts'

export interface Screen {
  show(progress: Progress): void
  /** Leaves what is drawn; may be called twice. */
  end(): void
}

/**
 * The running experiment on stdout: a header, then a row a second. On a terminal a status line
 * below shows the phase and is redrawn; in a pipe there are plain rows, and phases go to stderr.
 */
export function newScreen({ color }: { readonly color: boolean }): Screen {
  const style = styleFor(process.stdout, color)
  const status = process.stdout.isTTY ? liveStatus() : plainStatus()
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
function liveStatus(): Status {
  const region = createLogUpdate(process.stdout)
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
      process.stdout.write(text)
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

function plainStatus(): Status {
  return {
    above: (text) => process.stdout.write(text),
    now: (text) => process.stderr.write(`${text}\n`),
    end: () => undefined,
  }
}
