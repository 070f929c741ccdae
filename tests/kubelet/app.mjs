#!/usr/bin/node
/**
 * The program of the image `localhost/life:v1`, the same here and where the traces are recorded.
 *
 *   app serve [flags]    a server that behaves as the flags say; see below
 *   app sleep SECONDS    a hook that takes its time
 *   app exit CODE        a hook or a probe that ends so
 *   app once FILE MILLISECONDS CODE    ends after a while, with CODE the first time and with 0 from then on
 */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { parseArgs } from 'node:util'

const [verb, ...rest] = process.argv.slice(2)

if (verb === 'sleep') setTimeout(() => {}, Number(rest[0]) * 1000)
else if (verb === 'exit') process.exit(Number(rest[0]))
else if (verb === 'once') {
  const [file, afterMs, code] = rest
  const isFirst = isAmongFirst(`${file}:1`)
  setTimeout(() => process.exit(isFirst ? Number(code) : 0), Number(afterMs))
} else serve(rest)

function serve(args) {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: 'string', default: '8080' },
      // Milliseconds until it listens, or `never`.
      'listen-after': { type: 'string', default: '0' },
      // PATH:MILLISECONDS:STATUS, what a path answers from when on, since the start; else 200.
      answer: { type: 'string', multiple: true, default: [] },
      // Ends by itself, MILLISECONDS:CODE.
      exit: { type: 'string' },
      // FILE:TIMES: --answer, --exit and --listen-after are so in the first runs only, which are counted in the file.
      first: { type: 'string' },
      // `ignore`, `exit:CODE`, or `drain:MILLISECONDS`, in which it answers 503.
      'on-sigterm': { type: 'string', default: 'exit:0' },
      // Written at the start: the termination message, and a line of the log.
      message: { type: 'string' },
      print: { type: 'string' },
    },
  })
  const isOdd = values.first === undefined || isAmongFirst(values.first)
  const answers = isOdd ? values.answer.map((each) => each.split(':')) : []
  let isDraining = false
  const server = createServer((request, response) => {
    const found = answers.findLast(
      ([path, fromMs]) => path === request.url && Number(fromMs) <= performance.now(),
    )
    response.statusCode = isDraining ? 503 : Number(found?.[2] ?? 200)
    response.end()
  })
  const listenAfterMs = isOdd ? Number(values['listen-after']) : 0
  if (listenAfterMs >= 0) setTimeout(() => server.listen(Number(values.port)), listenAfterMs)
  // Lives on where nothing listens.
  setInterval(() => {}, 1000)
  if (values.message !== undefined) writeFileSync('/dev/termination-log', values.message)
  if (values.print !== undefined) process.stdout.write(`${values.print}\n`)
  const [how, amount] = values['on-sigterm'].split(':')
  process.on('SIGTERM', () => {
    if (how === 'ignore') return
    if (how === 'exit') process.exit(Number(amount))
    isDraining = true
    setTimeout(() => process.exit(0), Number(amount))
  })
  if (isOdd && values.exit !== undefined) {
    const [afterMs, code] = values.exit.split(':').map(Number)
    setTimeout(() => process.exit(code), afterMs)
  }
}

function isAmongFirst(text) {
  const [file, times] = text.split(':')
  appendFileSync(file, 'x')
  return readFileSync(file, 'utf8').length <= Number(times)
}
