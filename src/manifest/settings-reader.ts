import type { Finding, Location } from '../base/finding.ts'
import { finding } from './new-finding.ts'
import { joinPath, normalizePath } from './path.ts'
import { readLoad } from './settings-load.ts'
import { SettingsNode } from './settings-node.ts'
import { PATHS } from './settings-keys.ts'
import { DEFAULT_SETTINGS, type Change, type ImageMapping, type Settings } from './settings.ts'
import { didYouMean } from './suggestion.ts'
import { readYaml } from './yaml-reader.ts'

export interface SettingsFile {
  /** Absent: there is none. */
  readonly file?: string
  readonly settings: Settings
  readonly findings: readonly Finding[]
  /** Of the keys that are in the file: `change.setImage`, `images.websample:*`, `load.target`. */
  readonly locations: Readonly<Record<string, Location>>
}

/**
 * Reads the text of a hitless.yaml. `directory` is where it is, absolute: commands run there, and
 * paths in it start there. Unknown keys and wrong values are findings, and the default stands in.
 */
export function readSettings(
  text: string,
  { file, directory }: { readonly file: string; readonly directory: string },
): SettingsFile {
  const { documents, findings: faults } = readYaml(text, file)
  const findings: Finding[] = [...faults]
  const [document, second] = documents
  if (second !== undefined) {
    const message = 'hitless.yaml holds one document; this is a second one'
    findings.push(
      finding('settings-wrong-value', 'error', message, { location: second.locations[''] }),
    )
  }
  if (document === undefined) return { settings: DEFAULT_SETTINGS, findings, locations: {} }
  const root = new SettingsNode(document, findings, {
    value: document.value,
    path: '',
    pointer: '',
  })
  const settings = readRoot(root, directory)
  return { settings, findings, locations: placesOf(document) }
}

function readRoot(root: SettingsNode, directory: string): Settings {
  const { images, hostServices, change, load, path, expect, baseline, settle, timeout } =
    root.fields('')
  const { dropped } = expect?.fields('expect') ?? {}
  return {
    images: images === undefined ? [] : readImages(images, directory),
    hostServices: hostServices === undefined ? [] : readPorts(hostServices),
    change: change === undefined ? DEFAULT_SETTINGS.change : readChange(change, directory),
    load: load === undefined ? DEFAULT_SETTINGS.load : readLoad(load, directory),
    path: (path === undefined ? undefined : readPath(path)) ?? DEFAULT_SETTINGS.path,
    expect: { dropped: dropped?.number(COUNT) ?? DEFAULT_SETTINGS.expect.dropped },
    baselineMs: baseline?.durationMs({ minMs: 0 }) ?? DEFAULT_SETTINGS.baselineMs,
    settleMs: settle?.durationMs({ minMs: 0 }) ?? DEFAULT_SETTINGS.settleMs,
    timeoutMs: timeout?.durationMs({ minMs: 1_000 }) ?? DEFAULT_SETTINGS.timeoutMs,
  }
}

const PORT = { min: 1, max: 65_535, whole: true }

function readPorts(node: SettingsNode): readonly number[] {
  const ports = node.items().map((item) => item.number(PORT))
  return [...new Set(ports.filter((port) => port !== undefined))]
}

const COUNT = { min: 0, max: 1_000_000_000, whole: true }

function readImages(images: SettingsNode, directory: string): readonly ImageMapping[] {
  return images.entries().flatMap(([pattern, node]): readonly ImageMapping[] => {
    if (Array.isArray(node.value) || typeof node.value === 'string') {
      node.refuse('takes a mapping', 'write { command: [program, argument] }')
      return []
    }
    const { command, archive, root, env, workingDir, stopSignal } = node.fields('images.PATTERN')
    const signal = stopSignal === undefined ? undefined : readSignal(stopSignal)
    return [
      {
        pattern,
        command: (command === undefined ? undefined : readCommand(command)) ?? [],
        env: env?.textMap() ?? {},
        ...readFiles(directory, { archive, root, workingDir }),
        ...(signal === undefined ? {} : { stopSignal: signal }),
      },
    ]
  })
}

/** Where an image's files are: on the machine, in a directory, or in an archive. */
function readFiles(
  directory: string,
  nodes: Readonly<Record<'archive' | 'root' | 'workingDir', SettingsNode | undefined>>,
): Pick<ImageMapping, 'archive' | 'root' | 'workingDir'> {
  const pathOf = (text: string) => normalizePath(joinPath(directory, text))
  const archive = nodes.archive?.text()
  const root = nodes.root?.text()
  const workingDir = nodes.workingDir?.text()
  if (archive === undefined && root === undefined) return { workingDir: pathOf(workingDir ?? '.') }
  if (archive !== undefined && root !== undefined) {
    nodes.root?.refuse('cannot be there beside an archive, which has a root of its own')
  }
  if (archive?.includes('{tag}') === true) {
    nodes.archive?.refuse('takes a path without {tag}', 'write a pattern for each tag')
  }
  if (workingDir !== undefined && !workingDir.startsWith('/')) {
    nodes.workingDir?.refuse('takes an absolute path, of a place inside the image')
  }
  return {
    ...(archive === undefined ? { root: pathOf(root ?? '.') } : { archive: pathOf(archive) }),
    workingDir: workingDir ?? '',
  }
}

function readCommand(command: SettingsNode): readonly string[] | undefined {
  if (typeof command.value === 'string') {
    const words = command.value.split(/\s+/).filter((word) => word !== '')
    return command.refuse('takes a list of words', `write [${words.join(', ')}]`)
  }
  const words = command.texts()
  return words?.length === 0 ? command.refuse('needs at least the program') : words
}

function readSignal(node: SettingsNode): string | undefined {
  const name = node.text()
  if (name === undefined) return undefined
  if (/^SIG[A-Z0-9+]+$/.test(name)) return name
  return node.refuse('takes the name of a signal, such as SIGTERM or SIGQUIT')
}

const CHANGES = ['restart', 'setImage', 'manifests'] as const

function readChange(change: SettingsNode, directory: string): Change {
  const fields = change.fields('change')
  const given = CHANGES.filter((key) => fields[key] !== undefined)
  if (given.length > 1) {
    fields[given[1] ?? '']?.refuse(
      `is one change too many beside change.${given[0]}`,
      'one run makes one change',
    )
  }
  const [kind] = given
  const node = fields[kind ?? '']
  if (kind === undefined || node === undefined) return DEFAULT_SETTINGS.change
  return readChangeOf(kind, node, directory) ?? DEFAULT_SETTINGS.change
}

function readChangeOf(
  kind: (typeof CHANGES)[number],
  node: SettingsNode,
  directory: string,
): Change | undefined {
  switch (kind) {
    case 'restart': {
      if (node.value === true) return { kind: 'restart' }
      const deployment = readDeployment(node.text(), node)
      return deployment === undefined ? undefined : { kind: 'restart', deployment }
    }
    case 'setImage':
      return readSetImage(node)
    case 'manifests': {
      const path = node.text()
      return path === undefined
        ? undefined
        : { kind: 'manifests', path: normalizePath(joinPath(directory, path)) }
    }
  }
}

function readSetImage(node: SettingsNode): Change | undefined {
  const [entry, second] = node.entries()
  if (entry === undefined) {
    return isEmptyMap(node.value) ? node.refuse('names no Deployment', SET_IMAGE_FORM) : undefined
  }
  second?.[1].refuse('is a second Deployment', 'one run changes one Deployment')
  const [key, images] = entry
  const deployment = readDeployment(key, images)
  if (deployment === undefined) return undefined
  if (typeof images.value === 'string') {
    return images.refuse('takes a mapping of containers to images', SET_IMAGE_FORM)
  }
  return { kind: 'set-image', deployment, images: images.textMap() }
}

const SET_IMAGE_FORM = 'write { deployment/NAME: { CONTAINER: "IMAGE" } }'

function isEmptyMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}

/** `deployment/web`, with the short words of kubectl, or the bare name. */
function readDeployment(text: string | undefined, node: SettingsNode): string | undefined {
  if (text === undefined) return undefined
  const name = /^(?:deployments?(?:\.apps)?\/|deploy\/)?([^/\s]+)$/.exec(text)?.[1]
  return (
    name ??
    node.refuse('names a Deployment as deployment/NAME', 'other kinds are not rolled out yet')
  )
}

function readPath(node: SettingsNode): string | undefined {
  const name = node.text()
  if (name === undefined || PATHS.some((known) => known === name)) return name
  return node.refuse(
    `does not know the profile ${JSON.stringify(name)} yet`,
    didYouMean(name, PATHS) ?? `there are ${PATHS.join(' and ')}`,
    'settings-not-supported',
  )
}

/** By key, in the words of a user: `/load/target` → `load.target`. */
function placesOf({
  keyLocations,
  locations,
}: {
  readonly keyLocations: Readonly<Record<string, Location>>
  readonly locations: Readonly<Record<string, Location>>
}): Readonly<Record<string, Location>> {
  const places = Object.keys(locations).flatMap((pointer) => {
    const path = pointer
      .slice(1)
      .split('/')
      .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
      .join('.')
    const location = keyLocations[pointer] ?? locations[pointer]
    return location === undefined ? [] : [[path, location] as const]
  })
  return Object.fromEntries(places)
}
