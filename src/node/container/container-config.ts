import type { Container, Pod } from '../../api/pod.ts'
import {
  type ContainerConfig,
  ContainerStartError,
  type ImageConfig,
  type Mount,
} from '../../runtime/runtime.ts'
import { ContainerConfigError } from './container-config-error.ts'
import { expandReferences } from '../environment/expansion.ts'
import { podHostname } from '../pod/pod-hostname.ts'

/**
 * What the runtime is told to run. The manifest's command replaces the image's and its default arguments; the
 * manifest's args replace the default arguments alone. `$(NAME)` is expanded in both, by the variables of the manifest
 * and of Services, not by those of the image. Throws ContainerConfigError, and ContainerStartError for what no process
 * can be given.
 * https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/
 */
export function containerConfig(
  container: Container,
  image: ImageConfig,
  instance: { readonly id: string; readonly restart: number; readonly logDirectory: string },
  {
    pod,
    env: own,
    mounts,
  }: {
    readonly pod: Pod
    /** The container's own environment, without that of its image. */
    readonly env: Readonly<Record<string, string>>
    readonly mounts: readonly Mount[]
  },
): ContainerConfig {
  const command = commandOf(container, image, own)
  if (command.length === 0) throw new ContainerConfigError('no command specified')
  const env = { HOSTNAME: podHostname(pod), ...image.env, ...own }
  const workingDir = container.workingDir ?? image.workingDir
  refuseNul([workingDir, ...mounts.map(({ target }) => target)])
  return {
    id: instance.id,
    sandboxId: pod.metadata.uid ?? '',
    name: container.name,
    ...(container.image === undefined ? {} : { image: container.image }),
    command,
    env,
    workingDir,
    ...(container['stdin'] === true ? { stdin: true } : {}),
    ...(mounts.length === 0 ? {} : { mounts }),
    ...(image.rootDirectory === undefined ? {} : { rootDirectory: image.rootDirectory }),
    logPath: logPath(pod, container.name, instance),
  }
}

function commandOf(
  { command = [], args = [] }: Container,
  image: ImageConfig,
  env: Readonly<Record<string, string>>,
): readonly string[] {
  const expand = (text: string) =>
    expandReferences(text, (name) => (Object.hasOwn(env, name) ? env[name] : undefined))
  const expanded = args.map(expand)
  if (command.length > 0) return [...command.map(expand), ...expanded]
  return [...image.command, ...(args.length > 0 ? expanded : (image.defaultArgs ?? []))]
}

/** A path with a NUL ends there for the kernel. */
function refuseNul(paths: readonly string[]): void {
  const path = paths.find((one) => one.includes('\0'))
  if (path === undefined) return
  throw new ContainerStartError(`mkdir ${JSON.stringify(path)}: invalid argument`)
}

/** The layout of /var/log/pods. */
export function logPath(
  { metadata }: Pod,
  container: string,
  { restart, logDirectory }: { readonly restart: number; readonly logDirectory: string },
): string {
  return `${logDirectory}/${metadata.namespace}_${metadata.name}_${metadata.uid}/${container}/${restart}.log`
}
