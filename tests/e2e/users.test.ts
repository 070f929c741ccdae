import { existsSync } from 'node:fs'
import { chmod, chown, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { inTemporaryDirectory, runHitless } from './run-hitless.ts'

const NOBODY = 65_534

/** Users that an ordinary one may give to its namespaces, in a mount namespace of the test's own. */
const RANGES = `${NOBODY}:200000:65536\n`

const missing =
  process.getuid?.() === 0
    ? ['/usr/bin/newuidmap', '/usr/bin/newgidmap'].filter((path) => !existsSync(path))
    : ['root']
const why = missing.length === 0 ? '' : ` (skipped: ${missing.join(' and ')} is needed)`

const MANIFEST = `apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  terminationGracePeriodSeconds: 0
  securityContext: { runAsUser: 1234, runAsGroup: 2345, supplementalGroups: [3456], fsGroup: 4567 }
  containers:
    - name: app
      image: app:v1
      volumeMounts: [{ name: cache, mountPath: /mnt }]
    - name: root
      image: app:v1
      securityContext: { runAsUser: 0 }
      env: [{ name: HOME, value: /said }]
      volumeMounts: [{ name: cache, mountPath: /mnt }]
  volumes: [{ name: cache, emptyDir: {} }]
`

const TELL = `{ echo user $(id -u) $(id -g); echo groups $(id -G); echo home $HOME; echo volume $(stat -c %g /mnt)
echo text >/mnt/$(id -u) && echo written; } >told-$(id -u).part 2>&1; mv told-$(id -u).part told-$(id -u); sleep 600`

/** As whom hitless runs; with `ranges` for its namespaces, or the one user that it is. */
async function tellAs(prefix: (directory: string) => readonly string[]) {
  return inTemporaryDirectory(async (directory) => {
    const path = (name: string) => join(directory, name)
    await writeFile(path('pod.yaml'), MANIFEST)
    const settings = `images: { "app:*": { command: [sh, -c, ${JSON.stringify(TELL)}] } }\n`
    await writeFile(path('hitless.yaml'), settings)
    await writeFile(path('ranges'), RANGES)
    await chmod(directory, 0o777)
    await chown(directory, NOBODY, NOBODY)
    const told = () => ['told-1234', 'told-0'].map(path)
    let timer: NodeJS.Timeout | undefined
    const run = await runHitless(['up', '-f', '.'], {
      cwd: directory,
      prefix: prefix(directory),
      timeoutMs: 60_000,
      onOutput(_, processId) {
        timer ??= setInterval(() => {
          if (!told().every((file) => existsSync(file))) return
          clearInterval(timer)
          process.kill(processId, 'SIGINT')
        }, 50)
      },
    })
    clearInterval(timer)
    expect(run.exitCode, run.stderr).toBe(0)
    const [user = '', root = ''] = await Promise.all(told().map((file) => readFile(file, 'utf8')))
    return { user, root, stderr: run.stderr }
  })
}

const AS_NOBODY = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups']

test.skipIf(missing.length > 0)(
  `an ordinary user who was granted users has them, with their groups, in its pods${why}`,
  async () => {
    const { user, root, stderr } = await tellAs((directory) => {
      const script = `mount --bind "$1" /etc/subuid && mount --bind "$1" /etc/subgid && shift && exec "$@"`
      const ranges = join(directory, 'ranges')
      return ['unshare', '--mount', 'sh', '-c', script, 'sh', ranges, ...AS_NOBODY]
    })
    expect(stderr).toContain('(rootless)')
    expect(user).toBe('user 1234 2345\ngroups 2345 3456 4567\nhome /\nvolume 4567\nwritten\n')
    expect(root).toBe('user 0 2345\ngroups 2345 3456 4567\nhome /said\nvolume 4567\nwritten\n')
  },
)

test.skipIf(process.getuid?.() !== 0)('an ordinary user who was granted none has one', async () => {
  const { user, stderr } = await tellAs(() => [...AS_NOBODY, '--no-new-privs'])
  expect(stderr).toContain('(rootless, one user)')
  expect(user).toMatch(/^user 1234 2345\n(?:.*\n)*home \/\n(?:.*\n)*written\n$/)
})

test.skipIf(process.getuid?.() !== 0)('root has all of its users, and their groups', async () => {
  const { user, root } = await tellAs(() => [])
  expect(user).toBe('user 1234 2345\ngroups 2345 3456 4567\nhome /\nvolume 4567\nwritten\n')
  expect(root).toBe('user 0 2345\ngroups 2345 3456 4567\nhome /said\nvolume 4567\nwritten\n')
})
