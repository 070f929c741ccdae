import { HitlessError } from '../../base/error.ts'
import { checkSandbox, type SandboxSupport } from '../../runtime/sandbox-support.ts'
import { liveProcesses } from '../../world/live/processes.ts'

export const RUNTIMES = ['auto', 'sandbox', 'docker', 'loopback'] as const

/** Of every command that runs pods. */
export const RUNTIME_OPTION = [
  '--runtime <name>',
  'what pods run in: auto, sandbox, docker, loopback (default: auto, the best there is)',
] as const

export type RuntimeName = (typeof RUNTIMES)[number]

/** What pods run in. `note` says for people why it is not a better one. */
export type RuntimeChoice =
  | { readonly kind: 'sandbox'; readonly support: SandboxSupport & { readonly ok: true } }
  | { readonly kind: 'docker'; readonly socketPath: string; readonly note?: string }
  | { readonly kind: 'loopback'; readonly note?: string }

/** What there is on this machine; each is looked at only when it is asked for. */
export interface RuntimeProbes {
  sandbox(): Promise<SandboxSupport>
  /** The socket of a Docker engine that answers, or why there is none. */
  docker(): Promise<{ readonly socketPath: string } | { readonly reason: string }>
  /** hitless.yaml says how images run as processes, which is of no use to Docker. */
  mapsImages(): Promise<boolean>
}

/** Throws HitlessError (exit code 2) for what is no runtime. */
export function readRuntimeFlag(text: string | undefined): RuntimeName {
  const name = RUNTIMES.find((known) => known === (text ?? 'auto'))
  if (name !== undefined) return name
  throw new HitlessError('bad-flag', `--runtime ${text}: there is no such runtime`, {
    exitCode: 2,
    hint: `Write one of ${RUNTIMES.join(', ')}.`,
  })
}

/**
 * The runtime that is asked for, or with `auto` the best there is: the sandbox; else Docker, where nothing says how images
 * run as processes; else plain processes. Throws HitlessError (exit code 3) when the one asked for is not to be had.
 */
export async function chooseRuntime(
  wanted: RuntimeName,
  probes: RuntimeProbes,
): Promise<RuntimeChoice> {
  switch (wanted) {
    case 'sandbox':
    case 'auto': {
      const support = await probes.sandbox()
      if (support.ok) return { kind: 'sandbox', support }
      if (wanted === 'sandbox') throw noSandbox(support)
      return withoutSandbox(support.reason, probes)
    }
    case 'docker': {
      const docker = await probes.docker()
      if ('socketPath' in docker) return { kind: 'docker', socketPath: docker.socketPath }
      throw new HitlessError('docker-unavailable', `Docker cannot be used: ${docker.reason}`, {
        exitCode: 3,
        hint: 'Start it, name its socket in DOCKER_HOST (unix:///…), or leave --runtime docker out.',
      })
    }
    case 'loopback':
      return { kind: 'loopback' }
  }
}

async function withoutSandbox(reason: string, probes: RuntimeProbes): Promise<RuntimeChoice> {
  const noNamespaces = `no sandbox: ${reason}`
  if (await probes.mapsImages()) return { kind: 'loopback', note: noNamespaces }
  const docker = await probes.docker()
  return 'socketPath' in docker
    ? { kind: 'docker', socketPath: docker.socketPath, note: noNamespaces }
    : { kind: 'loopback', note: `${noNamespaces}; no Docker: ${docker.reason}` }
}

function noSandbox({ reason, hint }: SandboxSupport & { readonly ok: false }): HitlessError {
  return new HitlessError('sandbox-unavailable', `pods cannot be run here: ${reason}`, {
    exitCode: 3,
    hint: `${hint}\n  Or run them as plain processes, with less: --runtime loopback`,
  })
}

/** The probes of this machine. `mapsImages` is asked of the manifests' own settings. */
export function liveRuntimeProbes(mapsImages: () => Promise<boolean>): RuntimeProbes {
  return {
    sandbox: () => checkSandbox(liveProcesses()),
    async docker() {
      const { findDocker } = await import('./find-docker.ts')
      return findDocker(process.env)
    },
    mapsImages,
  }
}
