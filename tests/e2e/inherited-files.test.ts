import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { inTemporaryDirectory, runHitless } from './run-hitless.ts'

const MANIFEST = `apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  terminationGracePeriodSeconds: 0
  containers: [{ name: app, image: app:v1 }]
`
const NAMESPACE = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: read }\n'
const TELL = 'ls /proc/self/fd >part; mv part told; sleep 600'

test('a program in a pod has its own three files, and none that the shell of hitless had open', async () => {
  await inTemporaryDirectory(async (directory) => {
    const told = join(directory, 'told')
    await writeFile(join(directory, 'pod.yaml'), MANIFEST)
    await writeFile(join(directory, 'namespace'), NAMESPACE)
    const settings = `images: { "app:*": { command: [sh, -c, ${JSON.stringify(TELL)}] } }\n`
    await writeFile(join(directory, 'hitless.yaml'), settings)
    let timer: NodeJS.Timeout | undefined
    const run = await runHitless(
      ['up', '-f', '.', '-f', '/dev/fd/20', '-f', '/dev/fd/3', '--data', 'data'],
      {
        cwd: directory,
        prefix: ['bash', '-c', 'exec 3<namespace 20<namespace 200</dev/null; exec "$@"', 'bash'],
        timeoutMs: 60_000,
        onOutput(_, processId) {
          timer ??= setInterval(() => {
            if (!existsSync(told)) return
            clearInterval(timer)
            process.kill(processId, 'SIGINT')
          }, 50)
        },
      },
    )
    clearInterval(timer)
    expect(run.exitCode, run.stderr).toBe(0)
    // The fourth is the directory that ls reads.
    expect(await readFile(told, 'utf8')).toBe('0\n1\n2\n3\n')
  })
})
