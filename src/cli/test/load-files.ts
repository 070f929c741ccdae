import { statSync } from 'node:fs'
import { HitlessError } from '../../base/error.ts'
import type { Finding, Location } from '../../base/finding.ts'
import type { LoadTls } from '../../experiment/load-plan.ts'
import type { LoadSettings } from '../../manifest/settings.ts'
import { readTls, type TlsNames } from '../load/options/read-tls.ts'
import { readInput } from '../load/requests/read-input.ts'

/** The load with what is in the files that hitless.yaml names for it. */
export interface ReadLoad {
  readonly load: LoadSettings
  /** Present: it goes over TLS. */
  readonly tls?: LoadTls
  readonly findings: readonly Finding[]
}

type Locations = Readonly<Record<string, Location>>
type Request = LoadSettings['requests'][number]

/** Reads them as the flags of `hitless load` do. What is wrong is a finding at its key. */
export function readLoadFiles(load: LoadSettings, locations: Locations): ReadLoad {
  const findings: Finding[] = []
  const collect = <T>(read: () => T): T | undefined => {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof HitlessError)) throw error
      findings.push(...error.findings)
      return undefined
    }
  }
  const requests = load.requests.map(
    (request, index) => collect(() => withBody(request, index, locations)) ?? request,
  )
  const { tls: words } = load
  const tls = words === undefined ? undefined : collect(() => readTls(words, namesIn(locations)))
  return { load: { ...load, requests }, ...(tls === undefined ? {} : { tls }), findings }
}

function withBody(request: Request, index: number, locations: Locations): Request {
  const { bodyFile, ...rest } = request
  if (bodyFile === undefined) return request
  const location = locations[`load.requests.${index}.dataFile`]
  return { ...rest, body: readAt(`load.requests[${index}].dataFile`, bodyFile, location) }
}

const nameOf: TlsNames['nameOf'] = (word) => `load.tls.${word}`

function namesIn(locations: Locations): TlsNames {
  return {
    nameOf,
    read: (word, path) => readAt(nameOf(word), path, locations[nameOf(word)]),
    wrong: (word, what, hint) =>
      wrongAt(locations[nameOf(word)], { message: `${nameOf(word)} ${what}`, hint }),
  }
}

function readAt(name: string, path: string, location: Location | undefined): Uint8Array {
  if (isNamedPipe(path)) {
    const message = `${name} ${path}: it is a named pipe, which may have nobody to write into it`
    throw wrongAt(location, { message, hint: 'Name a file.' })
  }
  try {
    return readInput(name, path)
  } catch (error) {
    if (!(error instanceof HitlessError)) throw error
    const { message } = error
    throw wrongAt(location, { message, hint: 'Paths start at the directory of hitless.yaml.' })
  }
}

/** To open one waits for a writer, and no signal ends that wait. Those of `/dev/fd` are open already. */
function isNamedPipe(path: string): boolean {
  const isOpen = /^\/(dev|proc)\//.test(path)
  return !isOpen && statSync(path, { throwIfNoEntry: false })?.isFIFO() === true
}

function wrongAt(
  location: Location | undefined,
  { message, hint }: { readonly message: string; readonly hint: string },
): HitlessError {
  const finding: Finding = {
    code: 'settings-wrong-value',
    severity: 'error',
    message,
    hint,
    ...(location === undefined ? {} : { location }),
  }
  return new HitlessError('bad-input', message, { exitCode: 2, findings: [finding] })
}
