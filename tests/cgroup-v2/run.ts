/**
 * Tries the limits of containers on a kernel with version 2 of cgroups only, on a machine that QEMU emulates: it needs no rights and no
 * KVM, and takes some minutes. It sees the files of this one, and writes none of them.
 *
 *   apt-get install qemu-system-x86
 *   apt-get download busybox-static linux-image-6.1.0-56-amd64
 *   for package in *.deb; do dpkg -x "$package" unpacked; done
 *   npm run try:cgroup-v2 -- unpacked
 */
import { execFileSync, spawnSync } from 'node:child_process'
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const MODULES =
  'drivers/virtio net/9p fs/9p fs/fscache fs/netfs fs/overlayfs net/bridge net/802 net/llc drivers/net/veth.ko'
const MACHINE = '-accel tcg,thread=multi -cpu max -m 3072 -smp 2 -nodefaults -nographic -no-reboot'
const TIMEOUT_MS = 30 * 60_000
const HERE = dirname(fileURLToPath(import.meta.url))

const [unpacked] = process.argv.slice(2)
if (unpacked === undefined) throw new Error('where are the unpacked packages?')
const kernel = readdirSync(join(unpacked, 'boot')).find((name) => name.startsWith('vmlinuz-'))
if (kernel === undefined) throw new Error(`there is no boot/vmlinuz-* in ${unpacked}`)

const directory = mkdtempSync(join(tmpdir(), 'hitless-machine-'))
try {
  const root = join(directory, 'root')
  const busybox = join(unpacked, 'bin/busybox')
  makeRoot(root, busybox, join('lib/modules', kernel.replace('vmlinuz-', '')))
  await bundleLimits(join(root, 'limits.mjs'))
  const image = join(directory, 'image')
  const pack = `find . | "$1" cpio -o -H newc | gzip -1 >"$2"`
  execFileSync('sh', ['-c', pack, 'sh', resolve(busybox), image], { cwd: root, stdio: 'pipe' })
  const log = join(directory, 'log')
  runMachine(join(unpacked, 'boot', kernel), image, log)
  const told = readFileSync(log, 'utf8')
  process.stdout.write(`${told.slice(told.search(/^Linux /m))}\n`)
  process.exitCode = /^ALL OK/m.test(told) ? 0 : 1
} finally {
  rmSync(directory, { recursive: true })
}

function makeRoot(root: string, busybox: string, modules: string): void {
  mkdirSync(join(root, 'bin'), { recursive: true })
  copyFileSync(busybox, join(root, 'bin/busybox'))
  symlinkSync('busybox', join(root, 'bin/sh'))
  for (const part of MODULES.split(' ')) {
    const path = join(modules, 'kernel', part)
    if (existsSync(join(unpacked ?? '', path))) {
      cpSync(join(unpacked ?? '', path), join(root, path), { recursive: true })
    }
  }
  execFileSync(busybox, ['depmod', '-b', root, modules.replace('lib/modules/', '')])
  copyFileSync(join(HERE, 'init.sh'), join(root, 'init'))
  const guest = readFileSync(join(HERE, 'guest.sh'), 'utf8')
  writeFileSync(join(root, 'guest.sh'), `NODE='${process.execPath}'\n${guest}`)
}

/** One file, because many are slow to read there; and with more patience, for the machine is ten times slower than this one. */
async function bundleLimits(file: string): Promise<void> {
  const bundle = await rolldown({ input: join(HERE, 'limits.ts'), platform: 'node' })
  await bundle.write({ file })
  const code = readFileSync(file, 'utf8')
  writeFileSync(file, code.replaceAll(/(TIMEOUT_MS(?:\$\d+)? = \d)e4;/g, '$1e5;'))
}

function runMachine(kernel: string, image: string, log: string): void {
  const { error, stderr } = spawnSync(
    'qemu-system-x86_64',
    [
      ...MACHINE.split(' '),
      '-serial',
      `file:${log}`,
      '-kernel',
      kernel,
      '-initrd',
      image,
      '-append',
      'console=ttyS0 quiet panic=-1 cgroup_no_v1=all',
      '-virtfs',
      'local,path=/,security_model=none,mount_tag=root,readonly=on,multidevs=remap',
    ],
    { timeout: TIMEOUT_MS, encoding: 'utf8' },
  )
  if (error !== undefined) throw error
  if (stderr !== '') process.stderr.write(stderr)
}
