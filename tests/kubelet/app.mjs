#!/usr/bin/node
/**
 * The program of the image `localhost/life:v1`, the same here and where the traces are recorded.
 *
 *   app serve [flags]    a server that behaves as the flags say; see below
 *   app sleep SECONDS    a hook that takes its time
 *   app exit CODE        a hook or a probe that ends so
 *   app once FILE MILLISECONDS CODE    ends after a while, with CODE the first time and with 0 from then on
 *   app fork             a probe that hangs, and so do the daemons that it has started
 *   app signal PATTERN SIGNAL MILLISECONDS    signals the others whose command line has the pattern; `1` is process 1
 *   app tell SUBJECT…    what the program finds around itself, as its termination message; see `tellOf`
 */
import { spawn } from 'node:child_process'
import {
  appendFileSync,
  lstatSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createHttp2Server } from 'node:http2'
import { createServer as createHttpsServer } from 'node:https'
import { createServer as createTcpServer } from 'node:net'
import { hostname } from 'node:os'
import { parseArgs } from 'node:util'

const MESSAGE = '/dev/termination-log'
/** So that it is seen running. */
const TELL_MS = 2500

const [verb, ...rest] = process.argv.slice(2)

if (verb === 'sleep') setTimeout(() => {}, Number(rest[0]) * 1000)
else if (verb === 'exit') process.exit(Number(rest[0]))
else if (verb === 'once') {
  const [file, afterMs, code] = rest
  const isFirst = isAmongFirst(`${file}:1`)
  setTimeout(() => process.exit(isFirst ? Number(code) : 0), Number(afterMs))
} else if (verb === 'fork') {
  for (let count = 0; count < 3; count++) {
    spawn(process.execPath, [process.argv[1], 'sleep', '3600'], { detached: true }).unref()
  }
  setTimeout(() => {}, 3_600_000)
} else if (verb === 'signal') {
  const [pattern, signal, afterMs] = rest
  setTimeout(() => {
    const found = pattern === '1' ? ['1'] : othersWith(pattern)
    for (const id of found) process.kill(Number(id), signal)
    writeFileSync(MESSAGE, `signalled ${found.length}`)
  }, Number(afterMs))
  // Lives on, unless it has signalled itself.
  setTimeout(() => {}, Number(afterMs) + TELL_MS)
} else if (verb === 'tell') {
  writeFileSync(MESSAGE, rest.flatMap(tellOf).join('; '))
  setTimeout(() => {}, TELL_MS)
} else serve(rest)

function serve(args) {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: 'string', default: '8080' },
      // `http`, `https` with the key and the certificate in the variable TLS_PEM, `grpc`, or `tcp`, which closes each connection.
      speak: { type: 'string', default: 'http' },
      // SERVICE:MILLISECONDS:STATUS, a service's health in gRPC from when on; `unimplemented` is one too.
      health: { type: 'string', multiple: true, default: [] },
      // Milliseconds until it listens no more.
      'close-after': { type: 'string' },
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
      // Written at the start: the termination message (`pid`: whether it is process 1), and a line of the log.
      message: { type: 'string' },
      print: { type: 'string' },
    },
  })
  const isOdd = values.first === undefined || isAmongFirst(values.first)
  const answers = isOdd ? values.answer.map((each) => each.split(':')) : []
  let isDraining = false
  const answer = (request, response) => {
    const found = answers.findLast(
      ([path, fromMs]) => path === request.url && Number(fromMs) <= performance.now(),
    )
    response.statusCode = isDraining ? 503 : Number(found?.[2] ?? 200)
    response.end()
  }
  // What is not from the start on is odd.
  const healths = values.health
    .map((each) => each.split(':'))
    .filter(([, fromMs]) => isOdd || fromMs === '0')
  const server = newServer(values.speak, answer, healths)
  const listenAfterMs = isOdd ? Number(values['listen-after']) : 0
  if (listenAfterMs >= 0) setTimeout(() => server.listen(Number(values.port)), listenAfterMs)
  // Lives on where nothing listens.
  setInterval(() => {}, 1000)
  if (values.message === 'pid') {
    writeFileSync(MESSAGE, process.pid === 1 ? 'is process 1' : 'is not process 1')
  } else if (values.message !== undefined) writeFileSync(MESSAGE, values.message)
  if (values.print !== undefined) process.stdout.write(`${values.print}\n`)
  if (isOdd && values['close-after'] !== undefined) {
    setTimeout(() => server.close(), Number(values['close-after']))
  }
  process.on('SIGQUIT', () => process.exit(3))
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

function newServer(speak, answer, healths) {
  switch (speak) {
    case 'https': {
      const pem = process.env['TLS_PEM']
      return createHttpsServer({ key: pem, cert: pem }, answer)
    }
    case 'grpc':
      return createHttp2Server().on('stream', (stream) => answerHealth(stream, healths))
    case 'tcp':
      return createTcpServer((socket) => socket.on('error', () => {}).end())
    default:
      return createServer(answer)
  }
}

const HEALTH = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN']

/** grpc.health.v1.Health/Check: one message each way, behind five bytes. */
function answerHealth(stream, healths) {
  const chunks = []
  stream.on('error', () => {})
  stream.on('data', (chunk) => chunks.push(chunk))
  stream.on('end', () => {
    const service = Buffer.concat(chunks).subarray(7).toString()
    const found = healths.findLast(
      ([name, fromMs]) => name === service && Number(fromMs) <= performance.now(),
    )
    const status = HEALTH.indexOf(found?.[2])
    const head = { ':status': 200, 'content-type': 'application/grpc' }
    if (status === -1) {
      const [code, message] =
        found === undefined ? ['5', 'unknown service'] : ['12', 'no such method']
      stream.respond({ ...head, 'grpc-status': code, 'grpc-message': message }, { endStream: true })
      return
    }
    stream.respond(head, { waitForTrailers: true })
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
    stream.end(Buffer.from([0, 0, 0, 0, 2, 8, status]))
  })
}

/** The ids of other processes. */
function othersWith(pattern) {
  const own = String(process.pid)
  return readdirSync('/proc').filter((id) => {
    if (!/^\d+$/.test(id) || id === own) return false
    try {
      return readFileSync(`/proc/${id}/cmdline`, 'utf8').split('\0').includes(pattern)
    } catch {
      return false
    }
  })
}

/** Lines about `env` (but PATH, which is the image's), `env=A,B`, `cwd`, `ids`, `hosts`, `resolv`, `files=DIRECTORY`, `=TEXT`. */
function tellOf(subject) {
  const [kind, ...more] = subject.split('=')
  const value = more.join('=')
  const { env } = process
  switch (kind) {
    case 'env': {
      const all = Object.keys(env).filter((name) => name !== 'PATH')
      const names = value === '' ? all.toSorted() : value.split(',')
      return names.map((name) => `${name}=${env[name] ?? '(none)'}`)
    }
    case 'cwd':
      return [`cwd ${process.cwd()} ${modeOf(statSync(process.cwd()))}`]
    case 'ids':
      return [`${process.getuid()}:${process.getgid()} in ${process.getgroups().join(',')}`]
    case 'hosts':
      return [`hostname ${hostname()}`, ...linesOf('/etc/hostname'), ...linesOf('/etc/hosts')]
    case 'resolv':
      return linesOf('/etc/resolv.conf')
    case 'files':
      return filesOf(value)
    default:
      return [subject]
  }
}

function linesOf(path) {
  return readFileSync(path, 'utf8').trim().split('\n')
}

/** A directory and what is in it, links followed; what a volume keeps for itself (`..data`) is left out. */
function filesOf(path) {
  const own = lstatSync(path)
  const link = own.isSymbolicLink() ? `link to ${readlinkSync(path)} ` : ''
  const found = statSync(path)
  const told = `${path} ${link}${modeOf(found)}`
  if (found.isFile()) return [`${told} ${JSON.stringify(readFileSync(path, 'utf8'))}`]
  const names = readdirSync(path).filter((name) => !name.startsWith('..'))
  return [told, ...names.toSorted().flatMap((name) => filesOf(`${path}/${name}`))]
}

function modeOf({ mode, uid, gid }) {
  return `${(mode & 0o7777).toString(8).padStart(4, '0')} ${uid}:${gid}`
}
