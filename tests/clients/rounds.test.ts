import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startUp, type RunningUp } from '../support/running-up.ts'
import { reasonOf, type MadeProgram } from '../support/made-programs.ts'
import { goRound, pythonRound } from './client-programs.ts'

/**
 * Each program makes a round of list, watch, patch, apply and delete with the official client of its language, and prints
 * what it sees. A real API server is answered with the same lines.
 */
const PYTHON = await pythonRound()
const GO = await goRound()
const ROUND_MS_MAX = 120_000

let up: RunningUp
beforeAll(async () => {
  up = await startUp()
})
afterAll(() => up.stop())

async function linesOf({ command }: MadeProgram, env = {}): Promise<readonly string[]> {
  const [program = '', ...args] = command ?? []
  const { stdout, stderr } = await promisify(execFile)(program, [...args, up.kubeconfig], {
    timeout: ROUND_MS_MAX,
    env: { ...process.env, ...env },
  })
  expect(stderr).toBe('')
  return stdout.trimEnd().split('\n')
}

test.skipIf(PYTHON.command === undefined)(
  `the client for Python makes its round${reasonOf(PYTHON)}`,
  async () => {
    expect(await linesOf(PYTHON)).toEqual([
      'list c1 c2 c3',
      'pages 2 1 None',
      'watch MODIFIED c1 1',
      'watch DELETED c2 0',
      'watch ADDED c4 None',
      'strategic merge A B',
      'json 2',
      'scale 3',
      'apply 409 Conflict',
      'apply by force 5',
      'error 404 Not Found NotFound configmaps "none" not found',
      'error 422 metadata.name',
      'delete Success',
      'left 0',
      "namespace {'phase': 'Terminating'}",
    ])
  },
)

test.skipIf(GO.command === undefined)(
  `the client for Go makes its round, with informers that begin with a watch${reasonOf(GO)}`,
  async () => {
    expect(await linesOf(GO, { KUBE_FEATURE_WatchListClient: 'true' })).toEqual([
      'informer synced, listed: false',
      'informer add before 0',
      'informer add after 0',
      'informer update before 1',
      'informer update before 2',
      'informer update before 3',
      'informer delete after 0',
      'apply 1 first',
      'apply Apply failed with 1 conflict: conflict with "first": .data.n',
      'apply 2 1',
      'extract {"n":"2"}',
      'error true configmaps "none" not found',
      'error true Operation cannot be fulfilled on configmaps "before": the object has been ' +
        'modified; please apply your changes to the latest version and try again',
      'error true true',
      'error true the server could not find the requested resource',
      'delete true',
    ])
  },
)
