import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ContainerStartError } from '../../src/runtime/runtime.ts'
import { type RuntimeBench, shell } from './runtime-bench.ts'

/** What a container sees as its files: the machine's or an image's, its own writes, and what is mounted. */
export function describeRuntimeRoot(bench: () => RuntimeBench): void {
  let directory: string
  beforeAll(() => {
    // Not /tmp: a machine may have mounts below it.
    directory = mkdtempSync('/var/tmp/hitless-mounts-')
  })
  afterAll(() => rmSync(directory, { recursive: true }))
  const makeDirectory = (name: string, files: Readonly<Record<string, string>> = {}) => {
    const path = join(directory, name)
    mkdirSync(path, { recursive: true })
    for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text)
    return path
  }

  test('what it writes to the system is its own, and gone with it', async () => {
    const pod = await bench().pod()
    const script = 'echo mine >/etc/hitless-trace && cat /etc/hitless-trace; echo up; sleep 1000'
    const writer = await bench().start(pod.id, shell(script))
    await writer.prints('mine\nup')
    const other = await bench().run(shell('[ -e /etc/hitless-trace ] || echo clean; ls -A /run'))
    expect(other.output).toBe('clean\n')
    expect(existsSync('/etc/hitless-trace')).toBe(false)
    await bench().runtime.removeSandbox(pod.id)
    expect((await bench().run(shell('[ -e /etc/hitless-trace ] || echo clean'))).output).toBe(
      'clean\n',
    )
  })

  test('the tree that it works in is the machine’s own', async () => {
    const tree = makeDirectory('tree', { 'main.txt': 'source\n' })
    const { output } = await bench().run(shell('cat main.txt; echo cache >cache.txt; pwd'), {
      workingDir: tree,
    })
    expect(output).toBe(`source\n${tree}\n`)
    expect(readFileSync(join(tree, 'cache.txt'), 'utf8')).toBe('cache\n')
  })

  test.each(['/hitless-work', '/hitless-work/', '/hitless-work/made'])(
    'it works in a volume where nothing was: %s',
    async (workingDir) => {
      const mounts = [
        { source: makeDirectory('work', {}), target: '/hitless-work', readOnly: false },
      ]
      const { output } = await bench().run(shell('pwd -P'), { mounts, workingDir })
      expect(output).toBe(`${workingDir.replace(/\/$/, '')}\n`)
    },
  )

  test('directories and files are mounted where nothing was, and leave no trace there', async () => {
    const config = makeDirectory('config', { key: 'value\n' })
    const mounts = [
      { source: config, target: '/etc/hitless/config', readOnly: true },
      { source: join(config, 'key'), target: '/hitless files/a b\\c/one', readOnly: false },
      { source: join(config, 'key'), target: '/etc/hostname', readOnly: true },
      {
        source: makeDirectory('token', { token: 't\n' }),
        target: '/var/run/secrets/x',
        readOnly: true,
      },
    ]
    const script = `cat /etc/hitless/config/key "/hitless files/a b\\c/one" /etc/hostname /run/secrets/x/token
      { echo x >/etc/hitless/config/key; } 2>/dev/null || echo read-only
      echo changed >"/hitless files/a b\\c/one"; cat /etc/hitless/config/key`
    const { output } = await bench().run(shell(script), { mounts })
    expect(output).toBe('value\nvalue\nvalue\nt\nread-only\nchanged\n')
    expect(readFileSync(join(config, 'key'), 'utf8')).toBe('changed\n')
    expect(existsSync('/etc/hitless')).toBe(false)
    expect(existsSync('/hitless files')).toBe(false)
  })

  test('a mount inside another one, and one in the working tree, are seen', async () => {
    const outer = makeDirectory('outer')
    const inner = makeDirectory('inner', { deep: 'deep\n' })
    const tree = makeDirectory('workplace', { 'main.txt': 'source\n' })
    const mounts = [
      { source: outer, target: '/data', readOnly: false },
      { source: inner, target: '/data/inside/here', readOnly: true },
      { source: inner, target: join(tree, 'volume'), readOnly: false },
    ]
    const script = 'cat main.txt /data/inside/here/deep volume/deep; echo kept >/data/kept'
    const { output } = await bench().run(shell(script), { mounts, workingDir: tree })
    expect(output).toBe('source\ndeep\ndeep\n')
    expect(readFileSync(join(outer, 'kept'), 'utf8')).toBe('kept\n')
    expect(existsSync(join(tree, 'volume'))).toBe(false)
  })

  test('a command beside it sees the same files', async () => {
    const source = makeDirectory('seen', { key: 'value\n', tool: '#!/bin/sh\necho ran\n' })
    const pod = await bench().pod()
    const mounts = [{ source, target: '/opt/hitless-tools', readOnly: true }]
    const container = await bench().start(
      pod.id,
      shell('echo own >/etc/own; echo up; sleep 1000'),
      {
        mounts,
      },
    )
    await container.prints('up')
    const script = 'cat /etc/own /opt/hitless-tools/key; pwd'
    const seen = await bench().runtime.exec(container.id, shell(script), { timeoutMs: 10_000 })
    expect(seen).toEqual({ exitCode: 0, output: 'own\nvalue\n/\n', timedOut: false })
  })

  test('a source that is missing is named', async () => {
    const pod = await bench().pod()
    const mounts = [{ source: '/no/such', target: '/data', readOnly: false }]
    const started = bench().start(pod.id, ['true'], { mounts })
    await expect(started).rejects.toThrow(ContainerStartError)
    await expect(started).rejects.toThrow('cannot mount /no/such at /data')
  })

  test('a directory in memory is shared, as large as it may be, and leaves nothing', async () => {
    const { runtime } = bench()
    if (runtime.mountMemory === undefined) return
    const source = makeDirectory('in memory')
    for (let round = 0; round < 2; round++) {
      expect(await runtime.mountMemory(source, { sizeBytes: 65_536 })).toBe(true)
      const mounts = [{ source, target: '/fast', readOnly: false }]
      const script = 'cat /fast/left 2>/dev/null; echo kept >/fast/left; stat -f -c "%T %b" /fast'
      const { output } = await bench().run(shell(script), { mounts })
      expect(output).toBe(round === 0 ? 'tmpfs 16\n' : 'kept\ntmpfs 16\n')
    }
    const full = 'head -c 100000 /dev/zero >/fast/big || wc -c </fast/big'
    const mounts = [{ source, target: '/fast', readOnly: false }]
    // The other file has a page of its own.
    expect((await bench().run(shell(full), { mounts })).output).toMatch(/61440\n$/)
    await runtime.unmountMemory?.(directory)
    expect(readdirSync(source)).toEqual([])
    await runtime.unmountMemory?.(directory)
  })

  test('programs of different pods share no memory by name', async () => {
    const pod = await bench().pod()
    const first = await bench().start(pod.id, shell('echo 1 >/dev/shm/name; echo up; sleep 1000'))
    await first.prints('up')
    expect((await bench().run(shell('ls /dev/shm'))).output).toBe('')
  })

  test('a root directory is all that it sees, and stays as it was', async () => {
    const root = makeImage(makeDirectory('image'))
    const source = makeDirectory('volume', { key: 'value\n' })
    const pod = await bench().pod()
    // Nothing is there but the shell.
    const script = `show() { read -r line <$1; echo $line; }
      echo /*; pwd; show /config/key; show /run/secrets/key; echo mine >/etc/new; show /etc/new
      echo x >/dev/null; echo up; while :; do read -r line </proc/1/stat; done`
    const container = await bench().start(pod.id, ['sh', '-c', script], {
      rootDirectory: root,
      workingDir: '/srv/app',
      mounts: [
        { source, target: '/config', readOnly: true },
        // A link of the image, which outside of it leads elsewhere.
        { source, target: '/var/run/secrets', readOnly: true },
      ],
    })
    await container.prints('up')
    const [names = '', ...lines] = container.output().split('\n')
    expect(names.split(' ')).toContain('/only-in-the-image')
    expect(names.split(' ')).not.toContain('/home')
    expect(lines).toEqual(['/srv/app', 'value', 'value', 'mine', 'up', ''])
    const seen = await bench().runtime.exec(
      container.id,
      ['sh', '-c', 'pwd; read -r line </etc/new; echo $line'],
      { timeoutMs: 10_000 },
    )
    expect(seen).toEqual({ exitCode: 0, output: '/srv/app\nmine\n', timedOut: false })
    const missing = await bench().runtime.exec(container.id, ['env'], { timeoutMs: 10_000 })
    expect(missing).toMatchObject({ exitCode: 126 })
    expect(missing.output).toContain('exec: "env": executable file not found in $PATH')
    await bench().runtime.removeSandbox(pod.id)
    expect(existsSync(join(root, 'etc/new'))).toBe(false)
    expect(existsSync(join(root, 'config'))).toBe(false)
    expect(existsSync(join(root, 'proc'))).toBe(false)
  })
}

/** The machine's shell with its libraries, and nothing else. */
function makeImage(root: string): string {
  const copy = (path: string) => {
    mkdirSync(join(root, dirname(path)), { recursive: true })
    copyFileSync(path, join(root, path))
  }
  copy('/bin/sh')
  const libraries = execFileSync('ldd', ['/bin/sh'], { encoding: 'utf8' })
  for (const [path] of libraries.matchAll(/\/\S+/g)) copy(path)
  for (const name of ['etc', 'var', 'srv']) mkdirSync(join(root, name), { recursive: true })
  writeFileSync(join(root, 'only-in-the-image'), '')
  symlinkSync('/run', join(root, 'var/run'))
  return root
}
