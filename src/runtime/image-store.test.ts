import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { liveFiles } from '../world/live/files.ts'
import { liveProcesses } from '../world/live/processes.ts'
import { ImageStore, imageConfig } from './image-store.ts'
import { openWorkplace } from './images/workplace.ts'

let directory: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'hitless-images-'))
})
afterAll(() => rmSync(directory, { recursive: true }))

const doors = { files: liveFiles(), processes: liveProcesses() }
let made = 0
const place = (name: string) => join(directory, `${++made}-${name}`)
const newStore = () => new ImageStore(doors, place('cache'))
const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** A layer from a script that fills the directory it runs in; `tar` writes it. */
function layer(script: string, ...options: readonly string[]): Buffer {
  const root = place('layer')
  mkdirSync(root)
  execFileSync('/bin/sh', ['-ec', script], { cwd: root })
  return execFileSync('tar', [...options, '-cf', '-', '-C', root, '.'], { maxBuffer: 1e8 })
}

const CONFIG = {
  Entrypoint: ['/bin/app'],
  Cmd: ['serve'],
  Env: ['A=b=c'],
  WorkingDir: '/srv',
  User: '7:8',
}

function description(layers: readonly Buffer[]): Buffer {
  const ids = layers.map((bytes) => `sha256:${digestOf(bytes)}`)
  return Buffer.from(JSON.stringify({ config: CONFIG, rootfs: { type: 'layers', diff_ids: ids } }))
}

function writeAll(path: string, files: Readonly<Record<string, Uint8Array | string>>): string {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true })
    writeFileSync(join(path, name), content)
  }
  return path
}

function packed(path: string): string {
  execFileSync('tar', ['-cf', `${path}.tar`, '-C', path, '.'])
  return `${path}.tar`
}

/** As `docker save` of older Docker writes it. */
function dockerSave(layers: readonly Buffer[], config = description(layers)): string {
  const names = layers.map((_, index) => `${index}/layer.tar`)
  return writeAll(place('docker'), {
    'manifest.json': JSON.stringify([
      { Config: 'config.json', RepoTags: ['app:v1'], Layers: names },
    ]),
    'config.json': config,
    ...Object.fromEntries(layers.map((bytes, index) => [names[index], bytes])),
  })
}

const json = (value: unknown) => Buffer.from(JSON.stringify(value))

/** An OCI image layout with an index of two platforms. */
function ociLayout(layers: readonly Buffer[], compress: (bytes: Buffer) => Uint8Array): string {
  const blobs: Record<string, Uint8Array> = {}
  const add = (bytes: Uint8Array) => {
    blobs[`blobs/sha256/${digestOf(bytes)}`] = bytes
    return { digest: `sha256:${digestOf(bytes)}`, size: bytes.length }
  }
  const config = add(description(layers))
  const manifest = add(json({ config, layers: layers.map((bytes) => add(compress(bytes))) }))
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch
  const inner = add(
    json({
      manifests: [
        { digest: `sha256:${'0'.repeat(64)}`, platform: { os: 'linux', architecture: 'mips' } },
        { ...manifest, platform: { os: 'linux', architecture } },
        {
          digest: `sha256:${'1'.repeat(64)}`,
          platform: { os: 'unknown', architecture: 'unknown' },
        },
      ],
    }),
  )
  return writeAll(place('oci'), {
    'oci-layout': '{"imageLayoutVersion":"1.0.0"}',
    'index.json': JSON.stringify({ manifests: [inner] }),
    ...blobs,
  })
}

const BASE = `mkdir -p bin etc var/data old/deep
  echo app >bin/app; chmod 4755 bin/app; ln bin/app bin/same
  echo one >etc/one; echo two >etc/two; echo x >old/deep/x; echo y >old/y
  ln -s /etc var/config; ln -s app bin/link; touch -h -d @1000000000 bin/app bin/link; touch -d @1000000001 bin; head -c 9000000 /dev/zero >big`
const CHANGE = `mkdir -p etc old/deep
  : >etc/.wh.one; echo changed >etc/two; : >old/.wh..wh..opq; echo new >old/deep/new`

test.each([
  ['docker save, a directory', (layers: readonly Buffer[]) => dockerSave(layers)],
  ['docker save, a tar archive', (layers: readonly Buffer[]) => packed(dockerSave(layers))],
  ['OCI, gzip, a directory', (layers: readonly Buffer[]) => ociLayout(layers, (b) => gzipSync(b))],
  [
    'OCI, zstd, a tar archive',
    (layers: readonly Buffer[]) => packed(ociLayout(layers, (b) => zstdCompressSync(b))),
  ],
  ['OCI, plain, a tar archive', (layers: readonly Buffer[]) => packed(ociLayout(layers, (b) => b))],
])('%s: layers come over one another, once', async (_, pack) => {
  const archive = pack([layer(BASE), layer(CHANGE)])
  const store = newStore()
  const image = await store.unpack(archive, 'app:v1')
  const { rootDirectory = '', ...config } = image
  expect(config).toEqual({
    command: ['/bin/app'],
    defaultArgs: ['serve'],
    env: { A: 'b=c' },
    workingDir: '/srv',
    user: '7:8',
  })
  const read = (name: string) => readFileSync(join(rootDirectory, name), 'utf8')
  expect(readdirSync(join(rootDirectory, 'etc'))).toEqual(['two'])
  expect(read('etc/two')).toBe('changed\n')
  expect(readdirSync(join(rootDirectory, 'old'))).toEqual(['deep'])
  expect(readdirSync(join(rootDirectory, 'old/deep'))).toEqual(['new'])
  expect(read('bin/link')).toBe('app\n')
  expect(statSync(join(rootDirectory, 'bin/app')).mode & 0o7777).toBe(0o4755)
  expect(statSync(join(rootDirectory, 'bin/same')).ino).toBe(
    statSync(join(rootDirectory, 'bin/app')).ino,
  )
  expect(statSync(join(rootDirectory, 'big')).size).toBe(9_000_000)
  const changedMs = (name: string) => lstatSync(join(rootDirectory, name)).mtimeMs
  expect(['bin', 'bin/app', 'bin/link'].map(changedMs)).toEqual([1e12 + 1_000, 1e12, 1e12])

  writeFileSync(join(rootDirectory, 'mark'), '')
  expect(await store.unpack(archive, 'app:v1')).toEqual(image)
  expect(existsSync(join(rootDirectory, 'mark'))).toBe(true)
  expect(readdirSync(dirname(rootDirectory))).toHaveLength(1)
})

test('what a killed run has left is removed, but not while another unpacks', async () => {
  const images = place('images')
  mkdirSync(join(images, 'unpacking.killed'), { recursive: true })
  const other = await openWorkplace(doors.processes, images)
  writeFileSync(join(other.path, 'layer.tar'), '')
  expect(readdirSync(images)).toEqual([basename(other.path)])

  const archive = dockerSave([layer('echo 1 >file')])
  await new ImageStore(doors, images).unpack(archive, '')
  expect(readdirSync(other.path)).toEqual(['layer.tar'])
  await other.close()
  expect(existsSync(other.path)).toBe(false)
})

test('names and targets longer than a header are read, of GNU and of POSIX archives', async () => {
  const long = 'd'.repeat(90)
  for (const format of ['gnu', 'posix']) {
    const script = `mkdir -p ${long}/${long}; echo deep >${long}/${long}/f; ln -s ${long}/${long}/f link`
    const archive = dockerSave([layer(script, `--format=${format}`)])
    const { rootDirectory = '' } = await newStore().unpack(archive, '')
    expect(readFileSync(join(rootDirectory, 'link'), 'utf8')).toBe('deep\n')
  }
})

test('what leads out of an image stays inside, or is refused', async () => {
  const outside = writeAll(place('outside'), { victim: 'whole\n' })
  const links = layer(`ln -s ${outside} away; ln -s ../../../../../../../../../..${outside} up`)
  const members = ['./away/victim', './up/new', './up/.wh.victim']
  const root = writeAll(place('members'), {
    'away/victim': 'bad',
    'up/new': 'bad',
    'up/.wh.victim': '',
  })
  const written = execFileSync('tar', ['-cf', '-', '-C', root, ...members])
  await newStore().unpack(dockerSave([links, written]), '')
  expect(readFileSync(join(outside, 'victim'), 'utf8')).toBe('whole\n')
  expect(readdirSync(outside)).toEqual(['victim'])

  const transformed = execFileSync('tar', [
    '-cPf',
    '-',
    '-C',
    root,
    '--transform',
    's,^./up,../../up,',
    './up/new',
  ])
  await expect(newStore().unpack(dockerSave([transformed]), '')).rejects.toThrow(
    'a member outside of it: "../../up/new"',
  )
})

test.each<[string, () => string, string]>([
  ['what is not there', () => '/no/such.tar', 'there is no such file or directory'],
  [
    'what is no archive',
    () => writeAll(place('x'), { file: 'x'.repeat(2_000) }) + '/file',
    'this is no tar archive',
  ],
  [
    'a directory of something else',
    () => writeAll(place('x'), { file: '' }),
    'neither an OCI image layout',
  ],
  [
    'a layer that was changed',
    () => dockerSave([layer('echo 1 >f')], description([layer('echo 2 >f')])),
    'its layer 1 is sha256:',
  ],
  [
    'a layer that is cut off',
    () => ociLayout([layer('echo 1 >f')], (b) => gzipSync(b).subarray(0, -20)),
    'unexpected end of file',
  ],
  [
    'a missing layer',
    () => dockerSave([], description([layer('echo 2 >f')])),
    'it has 0 layers and tells of 1',
  ],
  [
    'a description that is no JSON',
    () => writeAll(place('x'), { 'index.json': '{' }),
    'is no JSON',
  ],
])('%s is named', async (_, archive, reason) => {
  const store = newStore()
  await expect(store.unpack(archive(), '')).rejects.toThrow(reason)
  await expect(store.unpack(archive(), '')).rejects.toMatchObject({ name: 'ImagePullError' })
})

test('an image that says nothing runs nothing, in the root directory', () => {
  const nothing = { command: [], defaultArgs: [], env: {}, workingDir: '/' }
  expect(imageConfig({})).toEqual(nothing)
  expect(imageConfig(null)).toEqual(nothing)
  const odd = { Cmd: 'no list', Env: ['EMPTY', 7], User: 3, StopSignal: '3' }
  expect(imageConfig({ config: odd })).toEqual({
    ...nothing,
    env: { EMPTY: '' },
    stopSignal: 'SIGQUIT',
  })
})
