import { spawn } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'

const MAIN = fileURLToPath(new URL('../../main.ts', import.meta.url))
const CTRL_C = '\u0003'
const FULL_SCREEN = '\u001B[?1049h'
const FORMER_SCREEN = '\u001B[?1049l'
const CURSOR_HIDDEN = '\u001B[?25l'
const CURSOR_SHOWN = '\u001B[?25h'

let server: Server
let url = ''
beforeAll(async () => {
  server = createServer((_, response) => response.end('ok'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  url = typeof address === 'object' ? `http://127.0.0.1:${address?.port}/` : ''
})
afterAll(() => server.close())

const SEQUENCES = new RegExp(String.raw`\u001B\[[?\d;]*[A-Za-z]`, 'g')

interface Ended {
  readonly output: string
  readonly exitCode: number | null
}

/** On a terminal of 70 columns and 20 lines; `input` is typed once `awaited` has been shown. */
function onTerminal(args: string, awaited = '', input = ''): Promise<Ended> {
  const load = `${process.execPath} --no-warnings ${MAIN} load ${url} ${args}`
  // Of util-linux: a terminal for one command, whose exit code becomes its own.
  const terminal = spawn('script', ['-qec', `stty cols 70 rows 20; exec ${load}`, '/dev/null'], {
    env: { ...process.env, TERM: 'xterm', NO_COLOR: '1' },
  })
  let output = ''
  let isTyped = input === ''
  terminal.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
    if (isTyped || !output.includes(awaited)) return
    isTyped = true
    terminal.stdin.write(input)
  })
  return new Promise((resolve, reject) => {
    terminal.on('error', reject)
    terminal.on('close', (exitCode) => resolve({ output, exitCode }))
  })
}

test('on a terminal the second under way and the progress are drawn below the rows, and taken away', async () => {
  const { output, exitCode } = await onTerminal('--rate 20/s --duration 1s')
  expect(exitCode).toBe(0)
  expect(output).toMatch(/sending [█░]{20} \d+ % {2}0s of 1s/)
  const report = output.slice(output.lastIndexOf(CURSOR_HIDDEN))
  expect(report).toContain(CURSOR_SHOWN)
  expect(report.slice(report.indexOf(CURSOR_SHOWN))).toMatch(/OK {2}0 of 20 requests dropped/)
  for (const line of output.replaceAll(SEQUENCES, '').split('\r\n')) {
    expect(line.length, line).toBeLessThanOrEqual(70)
  }
}, 60_000)

test('Ctrl-C in the dashboard gives the terminal back and prints the report of what was done', async () => {
  const { output, exitCode } = await onTerminal(
    '--rate 20/s --duration 5m --view tui',
    '200:',
    CTRL_C,
  )
  expect(exitCode).toBe(130)
  expect(output.match(/sending [█░]{20} \d+ % {2}\d+s of 300s/g)?.length).toBeGreaterThan(0)
  const end = output.indexOf(FORMER_SCREEN)
  expect(output.indexOf(FULL_SCREEN)).toBeLessThan(end)
  expect(output.lastIndexOf(CURSOR_HIDDEN)).toBeLessThan(output.lastIndexOf(CURSOR_SHOWN))
  expect(output.slice(end)).toMatch(/OK {2}0 of \d+ requests dropped/)
}, 60_000)

test('the terminal is not taken when the load cannot begin, so that the error is there to read', async () => {
  const { output, exitCode } = await onTerminal('--view tui --hdr /dev/null/none')
  expect(exitCode).toBe(3)
  expect(output).not.toContain(FULL_SCREEN)
  expect(output).toContain('cannot write latencies to /dev/null/none')
}, 60_000)

test('elsewhere the dashboard is rows, without a single escape sequence', async () => {
  const args = ['--no-warnings', MAIN, 'load', url, '--requests', '5', '--view', 'tui']
  const { output, exitCode } = await new Promise<Ended>((resolve, reject) => {
    const load = spawn(process.execPath, args)
    let output = ''
    load.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
    load.on('error', reject)
    load.on('close', (exitCode) => resolve({ output, exitCode }))
  })
  expect(exitCode).toBe(0)
  expect(output).toMatch(/^target .*\n/)
  expect(output).toContain('OK  0 of 5 requests dropped')
  expect(output).not.toContain('\u001B')
}, 60_000)
