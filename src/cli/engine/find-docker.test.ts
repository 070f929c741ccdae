import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest'
import { findDocker } from './find-docker.ts'

let directory: string
let socket: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'find-docker-'))
  socket = join(directory, 'docker.sock')
})
afterEach(() => rmSync(directory, { recursive: true }))

/** What is found where DOCKER_HOST names that socket. */
const find = () => findDocker({ DOCKER_HOST: `unix://${socket}` })

async function answer(listener: RequestListener): Promise<void> {
  const server = createHttpServer(listener)
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  onTestFinished(() => void server.close())
}

/** An engine that says this of itself. */
const engine =
  (version: object, info: object = {}): RequestListener =>
  ({ url = '' }, response) =>
    response.end(JSON.stringify(url.endsWith('/info') ? info : version))

const DOCKER = { ApiVersion: '1.47', MinAPIVersion: '1.24', Os: 'linux', Arch: 'arm64' }

test('an engine that answers is found', async () => {
  await answer(engine(DOCKER))
  expect(await find()).toEqual({ socketPath: socket })
})

test.each([
  ['rootless', engine(DOCKER, { SecurityOptions: ['name=rootless'] }), /rootless, which hides/],
  ['too old', engine({ ...DOCKER, ApiVersion: '1.24' }), /speaks the Engine API 1\.24 to 1\.24/],
  [
    'no Docker',
    (_: unknown, response: Parameters<RequestListener>[1]) => {
      response.writeHead(404).end('<html>not here</html>')
    },
    /no Docker engine$/,
  ],
  [
    'refusing',
    (_: unknown, response: Parameters<RequestListener>[1]) => {
      response.writeHead(403).end('{"message":"authorization denied by plugin"}')
    },
    /it answers 403: authorization denied by plugin$/,
  ],
])('one that is %s is told', async (_, listener, reason) => {
  await answer(listener)
  expect(await find()).toEqual({ reason: expect.stringMatching(reason) })
})

test('what does not speak HTTP is no engine', async () => {
  const server = createServer((stream) => stream.end('220 mail ready\r\n'))
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  onTestFinished(() => void server.close())
  expect(await find()).toEqual({ reason: `${socket}: what answers there is no Docker engine` })
})

test('no socket, and a file in its place, are told', async () => {
  expect(await find()).toEqual({ reason: `${socket}: there is no such socket` })
  writeFileSync(socket, '')
  expect(await find()).toEqual({ reason: `${socket}: nobody listens on its socket` })
})

test.each(['tcp://127.0.0.1:2375', 'ssh://me@host', 'npipe:////./pipe/docker', 'nonsense'])(
  'DOCKER_HOST=%s is not for hitless',
  async (host) => {
    expect(await findDocker({ DOCKER_HOST: host })).toEqual({
      reason: `DOCKER_HOST is ${host}, and only a socket of this machine will do (unix:///…)`,
    })
  },
)
