import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { arch, tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'

/** What the contract of runtimes runs, besides the Node of the test. */
const PROGRAMS = words(
  'sh bash cat env head hostname kill ls printf pwd readlink seq setsid sleep stty tr true tty grep id touch wc',
)

/** Makes an image of this machine's own programs with all that they load; `config` is as an image has it. */
export async function loadMachineImage(
  socketPath: string,
  name: string,
  config: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'hitless-image-'))
  try {
    const layer = archiveOf(directory, [...pathsOf(PROGRAMS), process.execPath])
    const digest = createHash('sha256').update(layer).digest('hex')
    const files = {
      'manifest.json': [{ Config: 'config.json', RepoTags: [name], Layers: ['layer.tar'] }],
      'config.json': {
        architecture: arch() === 'x64' ? 'amd64' : arch(),
        os: 'linux',
        config,
        rootfs: { type: 'layers', diff_ids: [`sha256:${digest}`] },
      },
    }
    for (const [file, content] of Object.entries(files)) {
      writeFileSync(join(directory, file), JSON.stringify(content))
    }
    tar(directory, ['--file=image.tar', 'manifest.json', 'config.json', 'layer.tar'])
    await post(socketPath, '/v1.40/images/load', readFileSync(join(directory, 'image.tar')))
  } finally {
    rmSync(directory, { recursive: true })
  }
}

function archiveOf(directory: string, programs: readonly string[]): Buffer {
  const libraries = programs.flatMap((program) => {
    const { stdout } = spawnSync('ldd', [program], { encoding: 'utf8' })
    return [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path = '']) => path)
  })
  // Directories such as /bin may be links, which go in first; what is in them goes to where they lead.
  const files = [...programs, ...libraries].flatMap((path) => [
    join(realpathSync(dirname(path)), basename(path)),
    realpathSync(path),
  ])
  const list = [...new Set(['/bin', '/lib', '/lib64', '/etc/passwd', '/tmp', ...files])]
  writeFileSync(join(directory, 'list'), list.join('\n'))
  const options = ['--no-recursion', '--absolute-names', '--transform=s,^/,,S']
  tar(directory, ['--file=layer.tar', ...options, '--files-from=list'])
  return readFileSync(join(directory, 'layer.tar'))
}

function tar(directory: string, options: readonly string[]): void {
  const { status, stderr } = spawnSync('tar', ['--create', ...options], { cwd: directory })
  if (status !== 0) throw new Error(stderr.toString())
}

function post(socketPath: string, path: string, body: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/x-tar' }
    const call = request({ socketPath, path, method: 'POST', headers }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.on('end', () =>
        response.statusCode === 200 && !text.includes('"error"')
          ? resolve()
          : reject(new Error(text)),
      )
    })
    call.on('error', reject)
    call.end(body)
  })
}

function pathsOf(programs: readonly string[]): readonly string[] {
  return programs
    .map((program) => spawnSync('which', [program], { encoding: 'utf8' }).stdout.trim())
    .filter((path) => path !== '')
}

function words(text: string): readonly string[] {
  return text.split(' ')
}
