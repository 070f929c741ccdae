import type { ModelledApp } from '../../src/simulator/modelled-app.ts'

/** What a program does, as data: modelled in virtual time, and done by a real process. */
export interface Behaviour {
  /** Default 8080. The containers of a pod share its ports. */
  readonly port?: number
  /** Until it listens there. Default 0. */
  readonly startupMs?: number
  /** Default exit, with 0. */
  readonly onSigterm?: ModelledApp['onSigterm']
  /** Ends by itself. */
  readonly exits?: { readonly afterMs: number; readonly code: number }
  /** What it answers from when on, by path, since its start; 200 to anything else. */
  readonly answers?: Readonly<
    Record<string, readonly (readonly [fromMs: number, status: number])[]>
  >
  /** It serves gRPC health, SERVING, instead. In virtual time only. */
  readonly isGrpc?: true
}

export const PORT = 8080

export function modelledApp(behaviour: Behaviour): ModelledApp {
  const { port = PORT, startupMs = 0, onSigterm = 'exit', exits, isGrpc } = behaviour
  return {
    startupMs,
    port,
    onSigterm,
    answer: ({ path }, { uptimeMs }) => ({
      kind: 'answer',
      status: statusAt(behaviour, path, uptimeMs),
    }),
    ...(exits === undefined ? {} : { crashAfterMs: exits.afterMs, crashExitCode: exits.code }),
    ...(isGrpc === undefined ? {} : { health: () => 'SERVING' as const }),
  }
}

function statusAt({ answers = {} }: Behaviour, path: string, uptimeMs: number): number {
  return answers[path]?.findLast(([fromMs]) => fromMs <= uptimeMs)?.[1] ?? 200
}

/** The same as a program for Node, which prints how late it was itself: `late 40`, the sum so far in milliseconds. */
export function realCommand(behaviour: Behaviour): readonly string[] {
  return [process.execPath, '-e', PROGRAM, JSON.stringify(behaviour)]
}

const PROGRAM = `
// Until here it was only being started.
const bootMs = performance.now()
let stallMs = 0, dueMs = bootMs + 20
const tell = () => console.log('late ' + (bootMs + stallMs))
tell()
setInterval(() => {
  const lateMs = performance.now() - dueMs
  dueMs = performance.now() + 20
  if (lateMs <= stallMs + 5) return
  stallMs = lateMs
  tell()
}, 20)
const { port = ${PORT}, startupMs = 0, onSigterm = 'exit', exits, answers = {} } = JSON.parse(process.argv[1])
const server = require('node:http').createServer((request, response) => {
  const found = (answers[request.url] ?? []).findLast(([fromMs]) => fromMs <= performance.now())
  response.statusCode = found?.[1] ?? 200
  response.end()
})
setTimeout(() => server.listen(port), startupMs)
if (exits) setTimeout(() => process.exit(exits.code), exits.afterMs)
if (onSigterm === 'exit') process.on('SIGTERM', () => process.exit(0))
if (onSigterm.drainMs) process.on('SIGTERM', () => {
  server.close()
  setTimeout(() => process.exit(0), onSigterm.drainMs)
})
`
