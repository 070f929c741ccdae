import { fieldsOf, textOf, type Fields } from '../../base/fields.ts'
import type { Clock } from '../../world/clock.ts'
import type { Files } from '../../world/files.ts'
import { EngineError, type Engine } from './engine.ts'
import { FrameReader } from './frames.ts'
import { DIRECTORY_LABEL, OWNER_LABEL } from './labels.ts'

/**
 * What stands in for Services among the pods of Docker: a program of this machine in a container, which is the gateway of
 * the pods. Docker lets no one else answer for the addresses of Services without rights on this machine.
 */
export interface ServiceGatewayProgram {
  /** Its program and first arguments, by absolute paths. */
  readonly command: readonly string[]
  /** Directories of this machine that it needs besides those of the system. */
  readonly directories: readonly string[]
  /** Has a Unix socket for each address that is listened on; of this run alone. */
  readonly socketDirectory: string
}

/** Where programs of a Linux system and what they load lie. */
const SYSTEM_DIRECTORIES = ['bin', 'etc', 'gnu', 'lib', 'lib32', 'lib64', 'nix', 'sbin', 'usr']

const START_MS_MAX = 20_000
const COMPLAINT_LENGTH_MAX = 1_000

export interface ServiceGatewayOptions {
  readonly program: ServiceGatewayProgram
  readonly name: string
  readonly owner: string
  /** Any that exists: nothing of it is used. */
  readonly image: string
  readonly networkId: string
  /** The address that pods have as their gateway, the one that leads on, and the network of Services. */
  readonly routes: { readonly own: string; readonly next: string; readonly services: string }
}

/** Starts it; returns the engine's id. Rejects, and leaves nothing, when it does not become ready. */
export async function startServiceGateway(
  {
    engine,
    clock,
    files,
  }: { readonly engine: Engine; readonly clock: Clock; readonly files: Files },
  options: ServiceGatewayOptions,
): Promise<string> {
  const specification = await specificationOf(files, options)
  const path = `/containers/create?name=${options.name}`
  const id = textOf(fieldsOf(await engine.call('POST', path, specification))['Id'])
  try {
    const ready = await listenFor(engine, id)
    await engine.call('POST', `/containers/${id}/start`)
    const timer = clock.after(START_MS_MAX, () => ready.giveUp('it does not become ready'))
    await ready.whenReady.finally(() => timer.cancel())
    return id
  } catch (error) {
    await engine.callIfThere('DELETE', `/containers/${id}?force=1&v=1`)
    throw error
  }
}

async function specificationOf(
  files: Files,
  { program, owner, image, networkId, routes }: ServiceGatewayOptions,
): Promise<Fields> {
  const { command, directories, socketDirectory } = program
  const system: string[] = []
  for (const name of SYSTEM_DIRECTORIES) {
    if ((await files.kindOf(`/${name}`)) === 'directory') system.push(`/${name}`)
  }
  const readable = [...new Set([...system, ...directories, socketDirectory])]
  return {
    Image: image,
    Entrypoint: [...command, socketDirectory, routes.own, routes.next, routes.services],
    Cmd: [],
    Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
    AttachStdout: true,
    AttachStderr: true,
    Labels: { [OWNER_LABEL]: owner, [DIRECTORY_LABEL]: socketDirectory },
    HostConfig: {
      NetworkMode: networkId,
      CapAdd: ['NET_ADMIN'],
      // All else that pods send out goes through it.
      Sysctls: { 'net.ipv4.ip_forward': '1' },
      // It reads files of this machine as they are labelled.
      SecurityOpt: ['label=disable'],
      Mounts: readable.map((directory) => ({
        Type: 'bind',
        Source: directory,
        Target: directory,
        ReadOnly: true,
        BindOptions: { NonRecursive: true },
      })),
      LogConfig: { Type: 'none', Config: {} },
    },
  }
}

/** Its first words: `ready`, or why not. */
async function listenFor(engine: Engine, id: string) {
  const { promise: whenReady, resolve, reject } = Promise.withResolvers<void>()
  let said = ''
  const giveUp = (reason: string) => reject(new EngineError(0, reason))
  const end = () => giveUp(said.trim() === '' ? 'it ends' : said.trim())
  const frames = new FrameReader((stream, bytes) => {
    const text = new TextDecoder().decode(bytes)
    if (stream === 'stdout' && text.startsWith('ready')) return resolve()
    said = (said + text).slice(0, COMPLAINT_LENGTH_MAX)
  })
  const stream = await engine.open(
    `/containers/${id}/attach?stream=1&stdout=1&stderr=1`,
    {},
    { onData: (bytes) => frames.add(bytes), onEnd: end, onDrain: () => undefined, onClose: end },
  )
  // Whoever waits hears of it; nobody else is to.
  const closed = whenReady.finally(() => stream.destroy())
  closed.catch(() => undefined)
  return { whenReady: closed, giveUp }
}
