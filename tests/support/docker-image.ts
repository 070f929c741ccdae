import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'

/** What the contract of runtimes runs, besides the Node of the test. */
const PROGRAMS = words(
  'sh bash cat env head hostname kill ls printf pwd readlink seq setsid sleep stty tr true tty grep id touch',
)

/** Makes an image of this machine's own programs with all that they load. `changes` are lines of a Dockerfile. */
export async function loadMachineImage(
  socketPath: string,
  name: string,
  changes: readonly string[] = [],
): Promise<void> {
  const query = changes.map((change) => `&changes=${encodeURIComponent(change)}`).join('')
  const [repository = '', tag = 'latest'] = name.split(':')
  const target = `/v1.40/images/create?fromSrc=-&repo=${repository}&tag=${tag}${query}`
  await post(socketPath, target, archiveOf([...pathsOf(PROGRAMS), process.execPath]))
}

function archiveOf(programs: readonly string[]): Buffer {
  const directory = mkdtempSync(join(tmpdir(), 'hitless-image-'))
  try {
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
    const from = `--files-from=${join(directory, 'list')}`
    const archive = join(directory, 'image.tar')
    const made = spawnSync('tar', ['--create', `--file=${archive}`, ...options, from])
    if (made.status !== 0) throw new Error(made.stderr.toString())
    return readFileSync(archive)
  } finally {
    rmSync(directory, { recursive: true })
  }
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
