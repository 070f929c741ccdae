/**
 * Makes the images that the scenarios of `tests/kubelet` run on a real node, of this machine's own files: Node with the
 * libraries that it loads, and `tests/kubelet/app.mjs` as the entry point. No Docker is needed.
 *
 *   node scripts/build-kubelet-image.ts life.tar
 *   ctr --address …/containerd.sock --namespace k8s.io images import life.tar
 *
 * The archive is one of `docker save`: `localhost/life:v1`, and `localhost/life-quit:v1`, whose STOPSIGNAL is SIGQUIT.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { arch, tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { IMAGE, QUIT_IMAGE } from '../tests/kubelet/scenario.ts'

const APP = fileURLToPath(new URL('../tests/kubelet/app.mjs', import.meta.url))

const [out] = process.argv.slice(2)
if (out === undefined) throw new Error('which file is to be written?')
const directory = mkdtempSync(join(tmpdir(), 'kubelet-image-'))
try {
  writeArchive(directory, resolve(out))
} finally {
  rmSync(directory, { recursive: true })
}

function writeArchive(work: string, path: string): void {
  const root = join(work, 'root')
  fillRoot(root)
  tar(root, ['--file', join(work, 'layer.tar'), '.'])
  const digest = createHash('sha256')
    .update(readFileSync(join(work, 'layer.tar')))
    .digest('hex')
  const images = [
    { name: IMAGE, file: 'life.json', config: {} },
    { name: QUIT_IMAGE, file: 'life-quit.json', config: { StopSignal: 'SIGQUIT' } },
  ]
  for (const { file, config } of images) {
    const own = { Entrypoint: ['/usr/bin/app'], Env: ['PATH=/usr/bin:/bin'], ...config }
    const rootfs = { type: 'layers', diff_ids: [`sha256:${digest}`] }
    const architecture = arch() === 'x64' ? 'amd64' : arch()
    const text = JSON.stringify({ architecture, os: 'linux', config: own, rootfs })
    writeFileSync(join(work, file), text)
  }
  const manifest = images.map(({ name, file }) => ({
    Config: file,
    RepoTags: [name],
    Layers: ['layer.tar'],
  }))
  writeFileSync(join(work, 'manifest.json'), JSON.stringify(manifest))
  tar(work, ['--file', path, 'manifest.json', ...images.map(({ file }) => file), 'layer.tar'])
}

function fillRoot(root: string): void {
  // The link lets Node see by its name that the app is a module.
  copyInto(root, APP, '/usr/lib/app.mjs', true)
  copyInto(root, process.execPath, '/usr/bin/node', true)
  symlinkSync('../lib/app.mjs', join(root, '/usr/bin/app'))
  for (const library of librariesOf(process.execPath)) copyInto(root, library, library, false)
  mkdirSync(join(root, 'etc'))
  mkdirSync(join(root, 'tmp'))
}

function copyInto(root: string, from: string, to: string, isProgram: boolean): void {
  const path = join(root, to)
  mkdirSync(dirname(path), { recursive: true })
  copyFileSync(realpathSync(from), path)
  if (isProgram) spawnSync('chmod', ['755', path])
}

function librariesOf(program: string): readonly string[] {
  const { stdout } = spawnSync('ldd', [program], { encoding: 'utf8' })
  return [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path = '']) => path)
}

function tar(work: string, options: readonly string[]): void {
  const owner = ['--owner=0', '--group=0', '--numeric-owner', '--sort=name', '--mtime=@0']
  const { status, stderr } = spawnSync('tar', ['--create', ...owner, ...options], { cwd: work })
  if (status !== 0) throw new Error(stderr.toString())
}
