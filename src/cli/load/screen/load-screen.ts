import type { WriteStream } from 'node:tty'
import type { createLogUpdate } from 'log-update'
import { WIDTH } from '../../../report/layout.ts'
import { renderProgress } from '../../../report/load-progress.ts'
import type { LoadScene, LoadView, Page } from '../../../report/load-view.ts'
import type { LoadRow } from '../../../timeline/generator.ts'
import type { LoadDescription, LoadResult } from '../../../timeline/load-summary.ts'
import type { LoadTally } from '../../../timeline/load-tally.ts'
import { isDumb, styleFor } from '../../terminal-style.ts'
import { fullScreen } from './full-screen.ts'
import { LiveRow } from './live-row.ts'

/** Where a run of `hitless load` is shown. */
export interface LoadScreen {
  started(startedAt: number): void
  row(row: LoadRow): void
  stalled(stallMs: number): void
  /** Prints the report when there is one, and leaves the terminal as it was; may be called twice. */
  end(result?: LoadResult): void
}

export interface LoadScreenOptions {
  readonly view: LoadView
  readonly description: LoadDescription
  /** Everything that has ended; goes on growing. */
  readonly tally: LoadTally
  readonly stream: WriteStream
  readonly color: boolean
  /** The clock of the run, nanoseconds. */
  readonly now: () => number
  /** Present where lines of a terminal are drawn anew: elsewhere its code would only take memory. */
  readonly newRegion?: typeof createLogUpdate | undefined
}

/** Whether the stream can take back what was written to it. */
export function canRedraw(stream: WriteStream): boolean {
  return stream.isTTY && !isDumb()
}

/** A terminal's lines where it does not tell. */
const HEIGHT_DEFAULT = 24
const REDRAW_MS = 250
/** As many seconds as the widest terminal has columns for. */
const ROWS_KEPT = 512
const NOTES_KEPT = 100

/**
 * On a terminal the second under way and how far the run is are drawn anew below the rows, or a view's
 * whole screen; elsewhere there are the lines alone.
 */
export function newLoadScreen(options: LoadScreenOptions): LoadScreen {
  const { view, description, tally, stream, now } = options
  const style = styleFor(stream, options.color)
  const page = (): Page => ({ style, width: Math.min(WIDTH, columnsOf(stream)) })
  const rows: LoadRow[] = []
  const notes: { readonly atSeconds: number; readonly text: string }[] = []
  const live = new LiveRow()
  let startedAt: number | undefined
  const elapsedSeconds = () => (startedAt === undefined ? 0 : (now() - startedAt) / 1e9)
  const scene = (): LoadScene => ({
    description,
    rows,
    tally,
    notes,
    elapsedSeconds: elapsedSeconds(),
    ...(startedAt === undefined ? {} : { startedAt }),
  })
  const belowRows = () => {
    const row = live.rowOf(tally)
    const moment = { description, row, tally, elapsedSeconds: elapsedSeconds(), isLive: true }
    const underWay = row.planned === 0 ? '' : (view.row?.(moment, page()) ?? '')
    return `${underWay}${renderProgress(scene(), page())}`
  }
  const drawing = drawingOn(options, scene, page, belowRows)
  drawing.lasting(`${view.header?.(description, page()) ?? ''}${view.columns?.(page()) ?? ''}`)
  return {
    started(at) {
      startedAt = at
    },
    row(row) {
      rows.push(row)
      if (rows.length > ROWS_KEPT) rows.shift()
      live.add(row)
      const moment = { description, row, tally, elapsedSeconds: row.second + 1 }
      drawing.lasting(view.row?.(moment, page()) ?? '')
    },
    stalled(stallMs) {
      const text = `the generator stood still for ${Math.round(stallMs)} ms`
      notes.push({ atSeconds: elapsedSeconds(), text })
      if (notes.length > NOTES_KEPT) notes.shift()
    },
    end(result) {
      drawing.end()
      if (result !== undefined) stream.write(view.summary?.(result, page()) ?? '')
    },
  }
}

/** A terminal that does not tell has 0, and a file none. */
function columnsOf(stream: WriteStream): number {
  return stream.columns > 0 ? stream.columns : WIDTH
}

interface Drawing {
  /** Text that stays. */
  lasting(text: string): void
  end(): void
}

function drawingOn(
  { stream, view, newRegion }: LoadScreenOptions,
  scene: () => LoadScene,
  page: () => Page,
  belowRows: () => string,
): Drawing {
  if (newRegion === undefined || !canRedraw(stream)) {
    return { lasting: (text) => void stream.write(text), end: () => undefined }
  }
  const { frame } = view
  if (frame === undefined) return liveRegion(stream, newRegion, belowRows)
  const screen = fullScreen(stream)
  const draw = () => {
    const height = stream.rows > 0 ? stream.rows : HEIGHT_DEFAULT
    screen.draw(frame(scene(), { ...page(), width: columnsOf(stream), height }))
  }
  const stop = redraw(stream, draw)
  return {
    lasting: () => undefined,
    end() {
      stop()
      screen.end()
    },
  }
}

/** Lines that stay, and below them some that are drawn anew. */
function liveRegion(
  stream: WriteStream,
  newRegion: typeof createLogUpdate,
  text: () => string,
): Drawing {
  const region = newRegion(stream)
  const stop = redraw(stream, () => region(text()))
  return {
    lasting(lines) {
      if (lines === '') return
      region.clear()
      stream.write(lines)
      region(text())
    },
    end() {
      stop()
      region.clear()
      region.done()
    },
  }
}

/** Some times a second, and at once when the terminal has another size. Returns how to stop. */
function redraw(stream: WriteStream, draw: () => void): () => void {
  const ticking = setInterval(draw, REDRAW_MS)
  ticking.unref()
  stream.on('resize', draw)
  return () => {
    clearInterval(ticking)
    stream.off('resize', draw)
  }
}
